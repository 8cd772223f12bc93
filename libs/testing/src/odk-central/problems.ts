/** An answer of ODK Central that refuses something, with its texts. */
export interface Problem {
  readonly status: number;
  readonly answer: unknown;
}

const answering = (code: number, message: string, details?: object): Problem => ({
  status: Math.trunc(code),
  answer: { message, code, ...(details === undefined ? {} : { details }) },
});

export const notAuthenticated = answering(401.2, 'Could not authenticate with the provided credentials.');
export const notAllowed = answering(
  403.1,
  'The authentication you provided does not have rights to perform that action.',
);
export const notFound = answering(404.1, 'Could not find the resource you were looking for.');
export const noApiVersion = answering(
  404.2,
  'Expected an API version (eg /v1) at the start of the request URL.',
);
/** What the framework says of a defect of the server itself. */
export const internal: Problem = { status: 500, answer: { message: 'Internal Server Error' } };
export const noSkiptoken = answering(400.35, 'Invalid $skiptoken');
export const selectWithExpand = answering(
  501.11,
  "This server doesn't support $select query parameter with $expand.",
);

export const wrongApiVersion = (got: string): Problem =>
  answering(404.3, `Unexpected an API version (accepts: 1) (got: ${got}).`, { got });

export function missingParameters(got: Readonly<Record<string, string>>): Problem {
  const [email, password] = ['email', 'password'].map((name) =>
    got[name] === undefined ? 'undefined' : `'${got[name]}'`,
  );
  const message = `Required parameters missing. Expected (email, password), got (email: ${email ?? ''}, password: ${password ?? ''}).`;
  return answering(400.3, message, { expected: ['email', 'password'], got });
}

export const wrongType = (value: string, type: string): Problem =>
  answering(400.11, `Invalid input data type: expected "${value}" to be (type ${type})`, {
    value,
    expected: `type ${type}`,
  });

export const unreadableFilter = (reason: string): Problem =>
  answering(400.18, `The OData filter expression you provided could not be parsed: ${reason}`, { reason });

export const unknownFilterField = (text: string, at: number): Problem =>
  answering(
    501.5,
    `The given OData filter expression references fields not supported by this server: ${text} at ${String(at)}`,
    { at, text },
  );

export const unknownProperty = (property: string): Problem =>
  answering(400.23, `Could not find a property named '${property}'`, { property });

export const unsupported = (feature: string): Problem =>
  answering(501.1, `The requested feature ${feature} is not supported by this server.`, { feature });

export const unsupportedExpand = (text: string): Problem =>
  answering(
    501.6,
    `The given OData expand expression is not supported by this server: "${text}". Currently, only "$expand=*" is supported.`,
    { text },
  );

export const notAcceptable = (got: string): Problem =>
  answering(406.1, 'Requested format not acceptable; this resource allows: application/json,json.', {
    allowed: ['application/json', 'json'],
    got,
  });

/** Thrown where a query is read. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super('refused');
  }
}
