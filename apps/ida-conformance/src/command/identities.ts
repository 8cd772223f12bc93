import { IDENTITY_NAMES } from '../cases/case.js';
import { type Identities, NO_IDENTITIES } from '../identities.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

type Json = Readonly<Record<string, unknown>>;

const IDS = IDENTITY_NAMES.filter((name) => name !== 'oneTimeVids');
const TEXTS = ['dob', 'phoneNumber', 'emailId'] as const;
const LISTS = ['name', 'gender', 'addressLine1', 'fullAddress'] as const;
/** What the date of birth must look like here: IDA's own form, which cases then change. */
const DOB = /^\d{4}\/\d{2}\/\d{2}$/;

/** Test identities out of a file. Errors name the field, never what stands in it. @throws UsageError */
export function identitiesOf(json: Json): Identities {
  const known: readonly string[] = [...IDENTITY_NAMES, 'unstoredLanguage', 'demographics'];
  refuseUnknown(json, known, '');
  const { oneTimeVids = [], demographics = {}, unstoredLanguage } = json;
  check(Array.isArray(oneTimeVids) && oneTimeVids.every(isNumber), 'oneTimeVids must be a list of VIDs');
  check(unstoredLanguage === undefined || isText(unstoredLanguage), 'unstoredLanguage must be a text');
  for (const name of IDS) {
    const isRight =
      json[name] === undefined || (name === 'handle' ? isText(json[name]) : isNumber(json[name]));
    check(isRight, `${name} must be a text${name === 'handle' ? '' : ' of digits'}`);
  }
  check(typeof demographics === 'object' && demographics !== null, 'demographics must be an object');
  checkDemographics(demographics as Json);
  return {
    ids: Object.fromEntries(IDS.map((name) => [name, json[name]])) as Identities['ids'],
    oneTimeVids: oneTimeVids as readonly string[],
    demographics: demographics as Identities['demographics'],
    ...(unstoredLanguage === undefined ? {} : { unstoredLanguage: unstoredLanguage as string }),
  };
}

function checkDemographics(demographics: Json): void {
  refuseUnknown(demographics, [...TEXTS, ...LISTS], 'demographics.');
  for (const name of TEXTS) {
    check(
      demographics[name] === undefined || isText(demographics[name]),
      `demographics.${name} must be a text`,
    );
  }
  const { dob } = demographics;
  check(
    dob === undefined || (typeof dob === 'string' && DOB.test(dob)),
    'demographics.dob must have the form YYYY/MM/DD',
  );
  for (const name of LISTS) {
    const value = demographics[name];
    const isRight = value === undefined || (Array.isArray(value) && value.every(isInLanguage));
    check(isRight, `demographics.${name} must be a list of {"language", "value"}`);
  }
}

/** What it takes for the most telling cases; more stands in a file. */
export async function askForIdentities(terminal: Terminal): Promise<Identities> {
  terminal.print('A test person whom messages may be sent to; leave blank to run only what touches nobody.');
  const uin = await terminal.ask('UIN: ');
  if (uin === '') return NO_IDENTITIES;
  const vid = await terminal.ask('A perpetual VID of the same person, or blank: ');
  const dob = await terminal.ask('Date of birth, YYYY/MM/DD: ');
  const language = await terminal.ask('Language of the name, such as eng: ');
  const value = await terminal.ask('Name as it is stored: ');
  return identitiesOf({
    uin,
    ...(vid === '' ? {} : { vid }),
    demographics: { dob, name: [{ language, value }] },
  });
}

function refuseUnknown(json: Json, known: readonly string[], prefix: string): void {
  const index = Object.keys(json).findIndex((name) => !known.includes(name));
  // Not the name itself: a number may have slipped into it.
  if (index >= 0) {
    throw new UsageError(
      `Field ${index + 1} of ${prefix || 'the identities file'} is not known; known are ${known.join(', ')}`,
    );
  }
}

function check(condition: boolean, sentence: string): void {
  if (!condition) throw new UsageError(`The identities: ${sentence}`);
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): boolean => typeof value === 'string' && /^\d+$/.test(value);
const isInLanguage = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'language' in value &&
  'value' in value &&
  isText(value.language) &&
  isText(value.value);
