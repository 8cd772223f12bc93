import { type Entries, entry } from './entry.js';

/** Lists that are pulled from ODK Central. */
export const ODK_CODES = {
  'ATS-REQ-018': entry(
    400,
    'no odk baseurl provided',
    'Give odkconfig.baseurl, the address of ODK Central, such as https://central.example.org.',
  ),
  'ATS-REQ-019': entry(
    400,
    'no email provided',
    'Give odkconfig.email, that of a web user of ODK Central with the role Project Viewer.',
  ),
  'ATS-REQ-020': entry(400, 'no password provided', 'Give odkconfig.password, that of the same web user.'),
  'ATS-REQ-021': entry(
    400,
    'no odk project id provided',
    'Give odkconfig.projectid: the number after /projects/ in the address that ODK Central shows for the form.',
  ),
  'ATS-REQ-022': entry(
    400,
    'no odk form id provided',
    'Give odkconfig.formid, as ODK Central shows it below the name of the form, in the same large and small letters.',
  ),
  'ATS-REQ-023': entry(
    400,
    'no submissions found for odk pull',
    'Check startdate and enddate, which are about the day on which a submission reached the server, and the form itself.',
  ),
  'MTS-ODK-001': entry(
    400,
    'ODK Central does not accept this e-mail and password',
    'Check both by logging in there with a browser.',
  ),
  'MTS-ODK-002': entry(
    400,
    'this ODK Central logs people in by single sign-on, and lets no service in with a password',
    'Ask its administrator to hand the submissions over as a file, and hand that in.',
  ),
  'MTS-ODK-003': entry(
    400,
    'this account of ODK Central may not read the submissions; give it the role Project Viewer',
    'In ODK Central: Project, Project Roles. An App User and a Data Collector cannot read.',
  ),
  'MTS-ODK-004': entry(
    400,
    'ODK Central has no such project or form for this account; check projectid and formid',
    'Large and small letters of the form id count. A project in which the account has no role is not found either.',
  ),
  'MTS-ODK-005': entry(
    400,
    'the form is only a draft, and test submissions are never sent; publish it',
    'In ODK Central: Form, Edit Form, Publish.',
  ),
  'MTS-ODK-006': entry(
    400,
    'no ODK Central answers at baseurl; check its scheme, port and path, and the version',
    'Something else answered, or a redirect, which is never followed: give the address that it leads to.',
  ),
  'MTS-ODK-007': entry(
    400,
    ({ field }) =>
      `the field of the form that is mapped to ${field ?? 'the number'} is a number, and ODK Central changes the last digits of long ones; make it a text field`,
    'In the form: type text with the appearance numbers. What was submitted before can be handed in as a CSV export.',
  ),
  'MTS-ODK-008': entry(
    400,
    'the submissions are encrypted, and nobody but the holder of the passphrase can read them',
    'Export them from ODK Central with the passphrase as CSV, and hand that in.',
  ),
  'MTS-ODK-009': entry(
    400,
    ({ problem }) =>
      `ODK Central does not take the query (${problem ?? ''}); check projectid, the dates, and the query of odataurl`,
    'The code is the one of ODK Central.',
  ),
  'MTS-ODK-010': entry(
    400,
    ({ problem }) => `request.odkconfig: the address of ODK Central ${problem ?? 'is closed to callers'}`,
    'Operators open addresses of their own network in MTS_OUTBOUND_ALLOWED.',
  ),
  'MTS-ODK-011': entry(
    400,
    ({ limit }) =>
      `there are more than ${String(limit)} submissions; narrow them down by startdate and enddate`,
    'Operators raise the limit in MTS_PULL_RECORDS_MAX.',
  ),
  'MTS-ODK-012': entry(
    400,
    ({ field }) =>
      `the form has no field that request.mapping.${field ?? 'vid'} names, so no submission could be asked about`,
    'Large and small letters count. Names are those of OData: full-name in the form is full_name, and a field in a group is group.field.',
  ),
  'MTS-ODK-013': entry(
    400,
    'the pages of ODK Central have no end: one leads back to another, or more comes than it counts',
    'A list is never taken from such a server. Check baseurl and odataurl: something else may answer there.',
  ),
  'MTS-ODK-101': entry(
    503,
    ({ problem }) => `ODK Central cannot be reached${problem === undefined ? '' : ` (${problem})`}`,
    'It is tried again by itself. Check baseurl and the way there (name, proxy, firewall).',
  ),
  'MTS-ODK-102': entry(
    503,
    'ODK Central did not answer in time, or fell silent within its answer',
    'It is tried again by itself.',
  ),
  'MTS-ODK-103': entry(
    503,
    ({ problem }) => `ODK Central or a proxy before it answered with an error (${problem ?? ''})`,
    'It is tried again by itself.',
  ),
  'MTS-ODK-104': entry(
    503,
    'an answer of ODK Central broke off, or was not its JSON',
    'It is tried again by itself. Check baseurl if it stays: a portal or proxy page may answer there.',
  ),
  'MTS-ODK-105': entry(
    503,
    'fewer submissions arrived than ODK Central counts',
    'It is tried again by itself, from the beginning.',
  ),
  'MTS-ODK-106': entry(
    503,
    ({ problem }) => `the certificate of ODK Central is not trusted (${problem ?? ''})`,
    'It is tried again by itself. Give the certificate of its own authority in odkconfig.cacertificate.',
  ),
} as const satisfies Entries;
