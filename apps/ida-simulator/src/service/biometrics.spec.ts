import { beforeAll, describe, expect, it } from 'vitest';

import { call, codes } from '../../test/caller.js';
import { Device, type Block, type CaptureChanges } from '../../test/device.js';
import { allowAll, callKyc, kycResponse } from '../../test/services.js';
import { EMANA, startVectorIda, type Overrides, type Posted } from '../../test/vector-ida.js';
import type { Person } from '../population/person.js';
import type { Registration } from './registration.js';

/** The certificates of the vectors are in force from 2026-11-22 on, those of the device from yesterday on. */
const NOW = new Date(Math.max(Date.parse('2026-11-22T01:00:00Z'), Date.now()));

const FINGER = 'the left index finger';
const PERSON: Person = {
  ...EMANA,
  biometrics: {
    'Finger_Left IndexFinger': base64(FINGER),
    'Finger_Right Thumb': base64('the right thumb'),
    Iris_Left: base64('the left iris'),
    Face: base64('the face'),
  },
};

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

type Captured = CaptureChanges & { readonly template: string };

let device: Device;
beforeAll(async () => {
  device = await Device.make();
});

function captured(captures: readonly Captured[], transactionID = '1234567890'): readonly Block[] {
  return device.capture(captures, { now: NOW, transactionID });
}

interface Changes {
  readonly message?: Readonly<Record<string, unknown>>;
  readonly policy?: Partial<Registration['policy']>;
  readonly ida?: Partial<Overrides>;
}

async function authenticate(biometrics: readonly Block[], changes: Changes = {}): Promise<Posted> {
  const all = await allowAll();
  const ida = await startVectorIda({
    now: NOW,
    people: [PERSON],
    devices: device.devices,
    registration: (registration) => {
      const allowed = all(registration);
      return { ...allowed, policy: { ...allowed.policy, ...changes.policy } };
    },
    ...changes.ida,
  });
  const message = { individualId: EMANA.uin, individualIdType: 'UIN', ...changes.message };
  return call(ida, { now: NOW, message, block: { demographics: {}, biometrics } });
}

function errorsOf({ json }: Posted): readonly string[] {
  return (json.errors ?? []).map(({ errorCode, errorMessage }) => `${errorCode} ${errorMessage}`);
}

const finger = (changes: CaptureChanges = {}): Captured => ({ template: FINGER, ...changes });
const iris = (changes: CaptureChanges = {}): Captured => ({
  template: 'the left iris',
  ...changes,
  data: { bioType: 'Iris', bioSubType: 'Left', ...changes.data },
});
const face: Captured = { template: 'the face', data: { bioType: 'Face' } };

describe('a capture of a registered device', () => {
  it.each<[string, readonly Captured[]]>([
    ['one finger', [finger()]],
    ['an iris', [iris()]],
    ['a face', [face]],
    ['a finger that may be any', [finger({ data: { bioSubType: 'UNKNOWN' } })]],
    ['several types', [finger(), iris(), face]],
  ])('proves who somebody is: %s', async (_what, captures) => {
    const { json } = await authenticate(captured(captures));
    expect(json).toMatchObject({ errors: null, response: { authStatus: true } });
  });

  it('serves eKYC as well', async () => {
    const ida = await startVectorIda({
      now: NOW,
      people: [PERSON],
      devices: device.devices,
      registration: await allowAll(),
    });
    const message = { individualId: EMANA.uin, individualIdType: 'UIN' };
    const block = { demographics: {}, biometrics: captured([finger()]) };
    const answer = await callKyc(ida, { now: NOW, message, block });
    expect(kycResponse(answer).kycStatus).toBe(true);
  });

  it.each<[string, readonly Captured[], string]>([
    ['another finger', [{ template: 'another' }], 'IDA-BIA-001 Biometric data - Finger did not match'],
    ['another face', [{ ...face, template: 'another' }], 'IDA-BIA-001 Biometric data - FACE did not match'],
    [
      'one right, one wrong, of two types',
      [finger(), iris({ data: {} }), { ...face, template: 'another' }],
      'IDA-BIA-001 Biometric data did not match',
    ],
    [
      'a finger that is not stored',
      [finger({ data: { bioSubType: 'Left Thumb' } })],
      'IDA-BIA-006 Biometric data Finger not available in database',
    ],
  ])('that is of %s does not', async (_what, captures, error) => {
    expect(errorsOf(await authenticate(captured(captures)))).toEqual([error]);
  });
});

describe('a block that is refused in the filter', () => {
  it.each<[string, (block: Block) => Block, string]>([
    ['no data', (block) => ({ ...block, data: undefined }), 'IDA-MLC-006 … request/biometrics/0/data'],
    ['other data', (block) => ({ ...block, data: `${String(block['data'])}A` }), 'IDA-MPA-001'],
    [
      'no session key',
      (block) => ({ ...block, sessionKey: 1 }),
      'IDA-MLC-006 … request/biometrics/0/sessionKey',
    ],
    ['another key', (block) => ({ ...block, sessionKey: 'AAAA' }), 'IDA-MPA-003'],
    ['another thumbprint', (block) => ({ ...block, thumbprint: 'ab' }), 'IDA-MPA-003'],
    ['no thumbprint', (block) => ({ ...block, thumbprint: undefined }), 'IDA-MPA-003'],
    ['no hash', (block) => ({ ...block, hash: undefined }), 'IDA-MLC-006 … request/biometrics/0/hash'],
    ['another hash', (block) => ({ ...block, hash: 'AB' }), 'IDA-BIA-014'],
  ])('with %s', async (_what, change, error) => {
    const [code = '', path = ''] = error.split(' … ');
    const errors = errorsOf(await authenticate(captured([finger()]).map(change)));
    expect(errors[1]).toMatch(new RegExp(`^${code}`));
    expect(errors[1]).toContain(path);
  });

  it.each<[string, CaptureChanges, string]>([
    ['no value', { data: { bioValue: undefined } }, 'request/biometrics/0/data/bioValue'],
    ['no time', { data: { timestamp: null } }, 'request/biometrics/0/data/timestamp'],
    ['an unsigned digital id', { data: { digitalId: 'a.b.c' } }, 'request/biometrics/0/data/digitalId'],
    ['no type', { data: { bioType: '' } }, 'request/biometrics/0/data/bioType'],
    ['no type of device', { digitalId: { type: '' } }, 'request/biometrics/0/data/digitalId/type'],
    ['a device for something else', { digitalId: { type: 'Iris' } }, 'Device Type and Biometric Type'],
  ])('with %s', async (_what, changes, text) => {
    const errors = errorsOf(await authenticate(captured([finger(changes)])));
    expect(errors).toHaveLength(2);
    expect(errors[1]).toContain(text);
  });

  it('with the hashes of another order', async () => {
    const [first, second] = captured([finger(), iris()]);
    const blocks = [second, first].filter((block) => block !== undefined);
    expect(codes(await authenticate(blocks))).toEqual(['IDA-MLC-007', 'IDA-BIA-014']);
  });

  it('of a device that nobody has registered', async () => {
    const other = await Device.make();
    const blocks = other.capture([finger()], { now: NOW, transactionID: '1234567890' });
    expect(codes(await authenticate(blocks))).toEqual(['IDA-MLC-007', 'IDA-MPA-001']);
  });

  it.each<[Partial<Registration['policy']>, string]>([
    [
      { allowedFactors: ['demo', 'bio-Face'] },
      'IDA-MPA-006 BIO-Finger Authentication usage not allowed as per policy',
    ],
    [
      { mandatoryFactors: ['bio-Iris'] },
      'IDA-MPA-015 bio-Iris-authentiation usage is mandatory as per policy',
    ],
  ])('by a policy with %j', async (policy, error) => {
    expect(errorsOf(await authenticate(captured([finger()]), { policy }))[1]).toBe(error);
  });
});

describe('biometrics that are asked for and not there, in 1.1.5', () => {
  it.each<[Registration['policy']['allowedFactors'], string]>([
    [['demo'], 'IDA-MPA-006 bio Authentication usage not allowed as per policy'],
    [['demo', 'bio-Iris'], 'IDA-BIA-006 Biometric data bio not available in database'],
  ])('are refused by a policy with %j, or for want of data', async (allowedFactors, error) => {
    const message = { requestedAuth: { bio: true } };
    const changes = { message, policy: { allowedFactors }, ida: { version: '1.1.5' as const } };
    expect(errorsOf(await authenticate([], changes))).toEqual([error]);
  });
});

describe('biometrics that the validator refuses', () => {
  const path = 'request/biometrics/0/data';

  it.each<[string, readonly Captured[], Changes, readonly string[]]>([
    [
      'of another domain',
      [finger({ data: { domainUri: 'https://other.invalid' } })],
      {},
      [
        `IDA-MLC-024 ${path}/domainUri of request is not matching with request/domainUri of biometrics`,
        `IDA-MLC-009 Invalid Input Parameter - ${path}/domainUri`,
      ],
    ],
    [
      'without the env of the message',
      [finger({ data: { env: undefined } })],
      {},
      [`IDA-MLC-009 Invalid Input Parameter - ${path}/env`],
    ],
    [
      'with an env where the message has none',
      [finger()],
      { message: { env: undefined } },
      ['IDA-MLC-009 Invalid Input Parameter - request/env'],
    ],
    [
      'of an unknown finger',
      [finger({ data: { bioSubType: 'Left Toe' } })],
      {},
      [`IDA-MLC-009 Invalid Input Parameter - ${path}/bioSubType - Left Toe`],
    ],
    [
      'that do not say which finger',
      [finger({ data: { bioSubType: '' } })],
      {},
      [`IDA-MLC-006 Missing Input Parameter - ${path}/bioSubType`],
    ],
    [
      'of a type that the country does not use',
      [finger()],
      { ida: { settings: { allowedFactors: ['bio-Iris'] } } },
      ['IDA-MLC-011 Unsupported Authentication Type - bio-Finger'],
    ],
    [
      'of one finger twice',
      [finger(), finger({ data: {} })],
      {},
      ['IDA-BIA-002 Duplicate fingers in request'],
    ],
    ['of one iris twice', [iris(), iris()], {}, ['IDA-BIA-008 Number of Iris should not exceed 2']],
    ['of two faces', [face, face], {}, ['IDA-BIA-009 Number of FACE records should not exceed 1']],
    [
      'of eleven fingers',
      Array.from({ length: 11 }, (_unused, index) => ({
        template: `finger ${index}`,
        data: { bioSubType: 'UNKNOWN' },
      })),
      {},
      ['IDA-BIA-002 Duplicate fingers in request', 'IDA-BIA-003 Number of Fingers should not exceed 10'],
    ],
    [
      'of another transaction',
      [finger({ data: { transactionId: '0987654321' } })],
      {},
      [`IDA-MLC-009 Invalid Input Parameter - ${path}/transactionId`],
    ],
    [
      'of a time that is none',
      [finger({ data: { timestamp: 'a quarter past eight' } })],
      {},
      [`IDA-MLC-009 Invalid Input Parameter - ${path}/timestamp`],
    ],
    [
      'of a time that is none, of a device that does not say its own',
      [finger({ data: { timestamp: 'a quarter past eight' }, digitalId: { dateTime: '' } })],
      {},
      [`IDA-MLC-009 Invalid Input Parameter - ${path}/timestamp`],
    ],
    [
      'of one finger that is said to be two',
      [finger(), finger({ data: { bioSubType: 'Right Thumb' } })],
      {},
      ['IDA-BIA-002 Duplicate fingers in request'],
    ],
    [
      'of a device that does not say its time',
      [finger({ digitalId: { dateTime: '' } })],
      {},
      [`IDA-MLC-006 Missing Input Parameter - ${path}/digitalId/dateTime`],
    ],
    [
      'of a device that does not say what it is',
      [finger({ data: { deviceCode: '' }, digitalId: { make: '' } })],
      {},
      [
        'IDA-MLC-006 Missing Input Parameter - request/biometrics/0/deviceCode',
        'IDA-MLC-006 Missing Input Parameter - request/biometrics/0/data/digitalId/make',
      ],
    ],
  ])('%s', async (_what, captures, changes, errors) => {
    expect(errorsOf(await authenticate(captured(captures), changes))).toEqual(errors);
  });

  it.each([
    [0, []],
    [-120, []],
    [-121, ['IDA-MLC-030', 'IDA-MLC-031']],
    [1, ['IDA-MLC-030', 'IDA-MLC-031']],
  ])('that were captured %d seconds after the next ones: %j', async (seconds, errors) => {
    const time = new Date(NOW.getTime() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    const first = finger({ data: { timestamp: time }, digitalId: { dateTime: time } });
    expect(codes(await authenticate(captured([first, iris()])))).toEqual(errors);
  });
});

describe('without registered devices', () => {
  it.each([
    [{ data: 'a.b.c' }, 'IDA-MPA-001'],
    [{}, 'IDA-MLC-006'],
  ])('a block %j is refused', async (block, code) => {
    const ida = await startVectorIda({ now: NOW });
    expect(codes(await call(ida, { now: NOW, block: { biometrics: [block] } }))).toEqual([
      'IDA-MLC-007',
      code,
    ]);
  });
});
