import { ApiError } from '@mts/domain';

import type { OdkConfig } from './config.js';

/** Where a form's submissions are, all on one origin: the only one that is ever shown the password and the token. */
export interface OdkAddress {
  /** Of the API with its version, without a slash at its end. */
  readonly api: string;
  /** Without a query. */
  readonly submissions: string;
  /** Of the form itself; undefined where the caller named an address that does not look like a form's. */
  readonly form: string | undefined;
  /** Whether these are the test submissions of a draft, which are never sent to IDA. */
  readonly isDraft: boolean;
  /** The query that came with the caller's own address. */
  readonly ownQuery: string;
}

/** `https://host/prefix/v1/projects/1/forms/name.svc/Submissions`; a draft's has `name/draft.svc`. */
const SERVICE = /^(?<form>(?<api>.*)\/projects\/[^/]+\/forms\/[^/]+?)(?<draft>\/draft)?\.svc(?:\/.*)?$/;
const ENDS_AT_SERVICE = /\.svc\/?$/;
const HAS_SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;
const HTTP = /^https?:$/;

/** @throws ApiError ATS-REQ-018, ATS-REQ-102 */
export function addressOf(config: OdkConfig, version: string): OdkAddress {
  const base = config.baseUrl === undefined ? undefined : parse('baseurl', config.baseUrl, 'https:');
  if (base?.search || base?.hash) throw wrong('baseurl', 'an address without a query is expected');
  if (config.odataUrl !== undefined) return ofService(config.odataUrl, base, version);
  if (base === undefined) throw new ApiError('ATS-REQ-018');
  const api = apiOf(base, version);
  const form = `${api}/projects/${segment('projectid', config.projectId)}/forms/${segment('formid', config.formId)}`;
  return { api, form, submissions: `${form}.svc/Submissions`, isDraft: false, ownQuery: '' };
}

function ofService(text: string, base: URL | undefined, version: string): OdkAddress {
  const url = parse('odataurl', text, base?.protocol ?? 'https:');
  if (base !== undefined && url.origin !== base.origin)
    throw wrong('odataurl', 'an address at baseurl is expected: the password is sent nowhere else');
  const pathname = url.pathname.replace(ENDS_AT_SERVICE, '.svc/Submissions');
  const groups = SERVICE.exec(pathname)?.groups;
  const api = base === undefined ? groups?.['api'] : undefined;
  if (base === undefined && api === undefined) throw new ApiError('ATS-REQ-018');
  const form = groups?.['form'];
  return {
    api: base === undefined ? `${url.origin}${api ?? ''}` : apiOf(base, version),
    submissions: `${url.origin}${pathname}`,
    form: form === undefined ? undefined : `${url.origin}${form}`,
    isDraft: groups?.['draft'] !== undefined,
    ownQuery: url.search,
  };
}

/** A base that already names the version, as one copies it from a browser, is taken for what it is. */
function apiOf(base: URL, version: string): string {
  const path = base.pathname.replace(/\/+$/, '');
  const ending = `/${segment('version', version)}`;
  return `${base.origin}${path.endsWith(ending) ? path : `${path}${ending}`}`;
}

function parse(field: string, text: string, scheme: string): URL {
  const trimmed = text.trim();
  const url = URL.parse(HAS_SCHEME.test(trimmed) ? trimmed : `${scheme}//${trimmed}`);
  if (url === null || !HTTP.test(url.protocol))
    throw wrong(field, 'an address is expected, such as https://central.example.org');
  if (url.username !== '' || url.password !== '')
    throw wrong(field, 'an address without a user name or password is expected');
  return url;
}

/** One segment of a path, whatever is in it. What would be a step up in the path cannot be written as one. */
function segment(field: string, text = ''): string {
  if (text === '.' || text === '..') throw wrong(field, 'this cannot be part of an address');
  return encodeURIComponent(text);
}

function wrong(field: string, problem: string): ApiError {
  return new ApiError('ATS-REQ-102', { field: `request.odkconfig.${field}`, problem });
}
