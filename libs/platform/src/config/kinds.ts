/** How the text of an environment variable becomes a value. */
export interface Kind<T> {
  /** What is expected, as the end of a sentence: "… must be {expects}". */
  readonly expects: string;
  /** The value, or undefined when the text is not what is expected. */
  readonly read: (text: string) => T | undefined;
}

export const text: Kind<string> = { expects: 'a text', read: (value) => value };

export const file: Kind<string> = { expects: 'the path of a file', read: (value) => value };

export const directory: Kind<string> = { expects: 'the path of a directory', read: (value) => value };

export function integer(least: number, most: number): Kind<number> {
  return {
    expects: `a whole number from ${String(least)} to ${String(most)}`,
    read: (value) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
  };
}

export function choice<const T extends string>(...values: readonly T[]): Kind<T> {
  return { expects: `one of ${values.join(', ')}`, read: (value) => values.find((one) => one === value) };
}

/** Texts separated by commas; blanks around each are dropped. */
export function list(of = 'texts', accepts: (part: string) => boolean = () => true): Kind<readonly string[]> {
  return {
    expects: `${of} separated by commas`,
    read: (value) => {
      const parts = value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
      return parts.every(accepts) ? parts : undefined;
    },
  };
}

export function url(...protocols: readonly string[]): Kind<string> {
  return {
    expects: `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    read: (value) => (URL.canParse(value) && protocols.includes(new URL(value).protocol) ? value : undefined),
  };
}

const LOOPBACK_HOST = /^(?:localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/;

/** A URL that nobody on the way can change the answer of, and that holds no secret. */
export const tamperProofUrl: Kind<string> = {
  expects:
    'a URL that starts with https://, or with http:// on this machine (127.0.0.1), without user, password and fragment',
  read: (value) => {
    const given = URL.parse(value);
    if (given === null || given.username !== '' || given.password !== '' || given.hash !== '')
      return undefined;
    const isSafe =
      given.protocol === 'https:' || (given.protocol === 'http:' && LOOPBACK_HOST.test(given.hostname));
    return isSafe ? value : undefined;
  },
};

/** A name of a database schema that needs no quoting. */
export const schemaName: Kind<string> = {
  expects: 'lower-case letters, digits and _, at most 40, starting with a letter',
  read: (value) => (/^[a-z][a-z0-9_]{0,39}$/.test(value) ? value : undefined),
};

/** A number of calls per second, or `none` for no cap. */
export const rate: Kind<number | 'none'> = {
  expects: 'a number of calls per second such as 2, or none',
  read: (value) => {
    if (value === 'none') return 'none';
    const number = /^\d{1,6}(\.\d{1,3})?$/.test(value) ? Number(value) : 0;
    return number > 0 ? number : undefined;
  },
};
