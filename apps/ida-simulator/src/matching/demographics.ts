import { ATTRIBUTES } from './attributes.js';
import { DEMOGRAPHIC_RULES, type DemographicRules } from './rules.js';

/** A value of the request; a lone text has no language. */
export interface GivenValue {
  readonly language: string | null;
  readonly value: string | null;
}

/** `request.demographics` of a call, as IDA's `IdentityDTO` holds it: every attribute as a list, empty if not given. */
export interface GivenDemographics {
  readonly attributes: ReadonlyMap<string, readonly GivenValue[]>;
  /** What is not in the table of attributes: compared with the stored attribute of that name. */
  readonly dynamic: ReadonlyMap<string, readonly GivenValue[]>;
}

export const NOTHING_GIVEN: GivenDemographics = { attributes: new Map(), dynamic: new Map() };

/** Whether demographic authentication is asked for at all (`AuthTypeUtil.isDemo`): a blank text counts, `[]` does not. */
export function isDemographicAuth({ attributes, dynamic }: GivenDemographics): boolean {
  return [...attributes.values(), ...dynamic.values()].some((values) => values.length > 0);
}

/**
 * Reads demographics as Jackson would into `IdentityDTO`: numbers become text, null is as good as absent.
 * @param rules default: those of IDA 1.2.0.1
 * @returns undefined where Jackson refuses (a list where a text is due, or the reverse)
 */
export function readDemographics(
  json: unknown,
  rules: DemographicRules = DEMOGRAPHIC_RULES['1.2.0.1'],
): GivenDemographics | undefined {
  if (json === undefined || json === null) return NOTHING_GIVEN;
  if (!isRecord(json)) return undefined;
  const attributes = new Map<string, readonly GivenValue[]>();
  for (const { name, form } of ATTRIBUTES) {
    const values = form === 'text' ? readText(json[name]) : readList(json[name]);
    if (values === undefined) return undefined;
    attributes.set(name, values);
  }
  return { attributes, dynamic: readDynamic(json, rules) };
}

/** Those of the mapping first, then the others as they stand (`IdAuthFilter.setDymanicDemograpicData`). */
function readDynamic(
  json: Readonly<Record<string, unknown>>,
  { dynamicAttributes, unmappedAttributes }: DemographicRules,
): ReadonlyMap<string, readonly GivenValue[]> {
  const mapped = Object.keys(dynamicAttributes).filter((name) => name in json);
  const unmapped = Object.keys(json).filter(
    (name) => !mapped.includes(name) && !ATTRIBUTES.some((attribute) => attribute.name === name),
  );
  const others = unmappedAttributes === 'ignored' ? [] : unmapped;
  return new Map([...mapped, ...others].map((name) => [name, readLoose(json[name])]));
}

function readText(json: unknown): readonly GivenValue[] | undefined {
  if (json === undefined || json === null) return [];
  return isScalar(json) ? [{ language: null, value: String(json) }] : undefined;
}

function readList(json: unknown): readonly GivenValue[] | undefined {
  if (json === undefined || json === null) return [];
  if (!Array.isArray(json)) return undefined;
  const values = json.map(readValue);
  return values.every((value) => value !== undefined) ? values : undefined;
}

function readValue(json: unknown): GivenValue | undefined {
  if (!isRecord(json)) return undefined;
  const { language = null, value = null } = json;
  if (!isScalarOrNull(language) || !isScalarOrNull(value)) return undefined;
  return {
    language: language === null ? null : String(language),
    value: value === null ? null : String(value),
  };
}

/** Dynamic attributes are not bound to a form: what cannot be read is as good as not given (`IdInfoFetcher.getIdInfo`). */
function readLoose(json: unknown): readonly GivenValue[] {
  if (isScalar(json)) return [{ language: null, value: String(json) }];
  if (!Array.isArray(json)) return [];
  return json.flatMap((entry) =>
    isScalar(entry) ? [{ language: null, value: String(entry) }] : (readValue(entry) ?? []),
  );
}

/** What Jackson turns into a text. */
export function isScalar(json: unknown): json is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof json);
}

function isScalarOrNull(json: unknown): json is string | number | boolean | null {
  return json === null || isScalar(json);
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
