import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CallbackReceiver, UPDATE_IDENTIFICATION, until } from '@mts/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Envelope, parseCsv, type Row } from './gateway.js';
import { SAMPLE, System } from './system.js';

let system: System;
let receiver: CallbackReceiver;
let people: readonly Row[];
let expected: readonly Row[];

beforeAll(async () => {
  system = await System.start({ env: { MTS_OUTBOUND_ALLOWED: '127.0.0.1' } });
  people = parseCsv(await readFile(join(SAMPLE, 'people.csv'), 'utf8'));
  expected = parseCsv(await readFile(join(SAMPLE, 'expected.csv'), 'utf8'));
});
beforeEach(async () => {
  receiver = await CallbackReceiver.start();
  return async () => receiver.close();
});
afterAll(async () => system.stop());

/** The body that OpenG2P's `g2p_mts` 17.0 sends for the first of the people, byte for byte but for the people themselves. */
function openG2pBody(count: number, password = 'secret'): string {
  const authdata = people.slice(0, count).map((person, at) => ({
    id: 101 + at,
    given_name: person['name'],
    birthdate: person['dob'],
    gender: person['gender'],
    address: person['fullAddress'],
    email: false,
    phone: false,
    vid: person['vid'],
  }));
  return (
    '{"id": "string", "version": "string", "metadata": "string", "requesttime": "2026-11-22T01:21:37.737Z", "request": ' +
    '{"output": "json", "deliverytype": "callback", "lang": "eng", "mapping": {"vid": "vid", "name": ["given_name", "family_name"], ' +
    '"gender": "gender", "dob": "birthdate", "phoneNumber": "phone", "emailId": "email", "fullAddress": ["address"]}, ' +
    String.raw`"outputFormat": "{\"partner_id\": .input.id, \"id_type\": \"MOSIP UIN TOKEN\", \"value\": .output.token}", ` +
    `"callbackProperties": {"url": "${receiver.server.url(UPDATE_IDENTIFICATION)}", "httpMethod": "PATCH", "timeoutSeconds": 10, ` +
    `"callInBulk": false, "authType": "odoo", "authOdoo": {"database": "openg2pdb", ` +
    `"authUrl": "${receiver.server.url('/web/session/authenticate')}", "username": "mts", "password": "${password}"}}, ` +
    `"authdata": ${asciiJson(authdata)}}}`
  );
}

/** As Python's `json.dumps` writes it by default. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u0080-\uffff]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

async function send(body: string): Promise<string> {
  const answer = await fetch(`${system.gateway.url}//authtoken/json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'python-requests/2.31.0', accept: '*/*' },
    body,
  });
  const { errors, response } = (await answer.json()) as Envelope<{ request_identifier: string }>;
  expect([answer.status, errors]).toEqual([200, null]);
  return response?.request_identifier ?? '';
}

interface DeliveryAnswer {
  readonly state: string;
  readonly delivered: number;
  readonly refused: number;
  readonly code: string | null;
}

async function delivery(id: string): Promise<DeliveryAnswer> {
  const { data } = await system.gateway.get<Envelope<{ delivery: DeliveryAnswer }>>(
    `/authtoken/requests/${id}`,
  );
  if (data.response === null) throw new Error(`no such request: ${JSON.stringify(data.errors)}`);
  return data.response.delivery;
}

async function delivered(id: string): Promise<DeliveryAnswer> {
  return until(
    async () => {
      const one = await delivery(id);
      return (one.state === 'delivered' || one.state === 'failed') && one;
    },
    { timeoutMs: 60_000, what: `the end of the delivery of ${id}` },
  );
}

/** Lines of people in the first `count` that IDA confirms, and the token of each. */
function confirmed(count: number): { partner_id: number; id_type: string; value: unknown }[] {
  return expected
    .slice(0, count)
    .flatMap((row, at) =>
      row['status'] === 'processed'
        ? [{ partner_id: 101 + at, id_type: 'MOSIP UIN TOKEN', value: row['token'] }]
        : [],
    );
}

describe('an OpenG2P connector', () => {
  it('has the token of every person it asks about in its registry, and nothing for the others', async () => {
    const id = await send(openG2pBody(10));
    const { refused } = await delivered(id);
    expect(receiver.odoo.identifications).toEqual(confirmed(10));
    expect(refused).toBe(10 - confirmed(10).length);
    expect(receiver.server.inFlightMax).toBe(1);
    expect(receiver.server.callsTo('/web/session/authenticate')).toHaveLength(1);
    // Logged out of after the delivery has ended: its end waits for no receiver.
    await until(() => receiver.odoo.openSessions === 0, { what: 'the session is logged out of' });
  });

  it('with a wrong password in its settings gets no token, and the results can be fetched', async () => {
    const id = await send(openG2pBody(3, 'wrong'));
    expect(await delivered(id)).toMatchObject({ state: 'failed', code: 'MTS-DLV-101' });
    expect(receiver.server.callsTo(UPDATE_IDENTIFICATION)).toEqual([]);
    expect(await system.gateway.status(id)).toMatchObject({ status: 'error_making_callback_request' });
    expect(JSON.parse(await system.gateway.file(id))).toHaveLength(3);
  });

  it('that leaves its output format empty, which Odoo writes as false, gets the default rows', async () => {
    const [before, after] = openG2pBody(1).split('"callbackProperties"');
    const body = `${(before ?? '').replace(/"outputFormat": ".*", $/, '"outputFormat": false, ')}"callbackProperties"${after ?? ''}`;
    const id = await send(
      body.replace(UPDATE_IDENTIFICATION, '/cb').replace('"httpMethod": "PATCH"', '"httpMethod": false'),
    );
    expect(await delivered(id)).toMatchObject({ state: 'delivered', delivered: 1 });
    const [call] = receiver.server.callsTo('/cb');
    expect([call?.method, call?.headers['content-type']]).toEqual(['POST', 'application/json']);
    expect(JSON.parse(String(call?.body))).toMatchObject({
      vid: people[0]?.['vid'],
      token: expected[0]?.['token'],
    });
  });
});

describe('a seeder that is killed in the middle of a delivery', () => {
  it('loses no record, and what its receiver had is not sent again', async () => {
    receiver.plain.answerNext(...Array.from({ length: 5 }, () => ({ status: 200 })), 'hang');
    const id = await system.gateway.submitJson(people.slice(0, 12), {
      deliverytype: 'callback',
      callbackProperties: { url: receiver.server.url('/cb'), timeoutSeconds: 1 },
    });
    await until(() => receiver.server.callsTo('/cb').length === 6, { timeoutMs: 60_000 });
    await system.kill('seeder');
    expect(await delivery(id)).toMatchObject({ state: 'delivering', delivered: 5 });
    await system.startApp('seeder');
    expect(await delivered(id)).toMatchObject({ state: 'delivered', delivered: 12 });
    const vids = receiver.server
      .callsTo('/cb')
      .map(({ body }) => (JSON.parse(body.toString()) as Row)['vid']);
    // The sixth was under way at the kill: nobody knows whether it arrived.
    expect(vids).toEqual([...people.slice(0, 6), ...people.slice(5, 12)].map((person) => person['vid']));
  });
});
