/**
 * What a receiver may say that is repeated: words of these lists alone. Any other could hold what it was sent, or a secret,
 * and would stand in clear where people look for faults.
 */

/** RFC 6749, 5.2. */
const OAUTH_ERRORS: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
]);

const named = (module: string, names: string): string[] =>
  names.split(' ').map((name) => `${module}.${name}`);

/** `type(exception).__module__` and `__name__`, as serialize_exception (odoo/http.py, 15 to 19) joins them. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  // odoo/exceptions.py and odoo/http.py, 15 to 19.
  ...named(
    'odoo.exceptions',
    'AccessDenied AccessError CacheMiss ConcurrencyError DeferredException except_orm LockError MissingError RedirectWarning UserError ValidationError Warning',
  ),
  ...named('odoo.http', 'SessionExpiredException RegistryError'),
  // https://werkzeug.palletsprojects.com/en/stable/exceptions/
  ...named(
    'werkzeug.exceptions',
    'BadRequest BadRequestKeyError SecurityError Unauthorized Forbidden NotFound MethodNotAllowed NotAcceptable RequestTimeout Conflict Gone LengthRequired PreconditionFailed RequestEntityTooLarge RequestURITooLarge UnsupportedMediaType UnprocessableEntity Locked TooManyRequests InternalServerError NotImplemented BadGateway ServiceUnavailable GatewayTimeout',
  ),
  // https://docs.python.org/3/library/exceptions.html
  ...named(
    'builtins',
    'ArithmeticError AssertionError AttributeError Exception ImportError IndexError KeyError LookupError MemoryError ModuleNotFoundError NameError NotImplementedError OSError OverflowError PermissionError RecursionError RuntimeError StopIteration SyntaxError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError ZeroDivisionError',
  ),
  ...named('json.decoder', 'JSONDecodeError'),
  // https://www.psycopg.org/docs/module.html#exceptions, https://www.psycopg.org/docs/errors.html
  ...named(
    'psycopg2',
    'DataError DatabaseError Error IntegrityError InterfaceError InternalError NotSupportedError OperationalError ProgrammingError',
  ),
  ...named(
    'psycopg2.errors',
    'AdminShutdown CheckViolation DeadlockDetected ForeignKeyViolation InFailedSqlTransaction LockNotAvailable NotNullViolation QueryCanceled ReadOnlySqlTransaction SerializationFailure TooManyConnections UndefinedColumn UndefinedTable UniqueViolation',
  ),
  ...named('psycopg2.pool', 'PoolError'),
]);

/** The class of an exception, when it is a known one. */
export function knownException(name: unknown): string | undefined {
  return typeof name === 'string' && EXCEPTIONS.has(name) ? name : undefined;
}

/** An error of a token endpoint, when it is a known one. */
export function knownOAuthError(error: string): string | undefined {
  return OAUTH_ERRORS.has(error) ? error : undefined;
}
