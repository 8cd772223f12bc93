import {
  constants,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';

/** As many bytes as are signed in a request and in an answer, roughly; their number hardly matters. */
const [REQUEST_BYTES, ANSWER_BYTES] = [5000, 3000];
const WARM_UP_ROUNDS = 200;
const ROUNDS = 2000;

/** How often a processor can do what no simulator gets around: open a session key, verify a request, sign an answer. */
export function cryptographyPerCpuSecond(): number {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const sealedKey = publicEncrypt({ key: publicKey, ...oaep }, randomBytes(32));
  const [request, answer] = [randomBytes(REQUEST_BYTES), randomBytes(ANSWER_BYTES)];
  const signature = sign('sha256', request, privateKey);
  const round = (): void => {
    privateDecrypt({ key: privateKey, ...oaep }, sealedKey);
    verify('sha256', request, publicKey, signature);
    sign('sha256', answer, privateKey);
  };
  for (let done = 0; done < WARM_UP_ROUNDS; done += 1) round();
  const before = process.cpuUsage();
  for (let done = 0; done < ROUNDS; done += 1) round();
  const { user, system } = process.cpuUsage(before);
  return (1e6 * ROUNDS) / (user + system);
}
