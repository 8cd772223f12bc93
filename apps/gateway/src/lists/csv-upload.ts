import { setTimeout as wait } from 'node:timers/promises';

import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import { ApiError, type JsonValue } from '@mts/domain';
import { parseJsonExact } from '@mts/inputs';
import type { FastifyRequest } from 'fastify';

import { uploadChunks } from './upload.js';

/** Options and mapping of a list are a few hundred bytes. */
const REQUEST_SIZE_BYTES_MAX = 262_144;
/** Fields beside `request` and `csv_file` are ignored, but not any number of them. */
const FIELDS_MAX = 32;
/** How far a file that comes too early is read on, to find out whether `request` comes after it or not at all. */
const EARLY_FILE_SIZE_BYTES_MAX = 1_048_576;

export interface CsvUploadLimits {
  readonly fileSizeBytesMax: number;
  readonly stallLimitMs: number;
}

export interface CsvUpload {
  /** What stands in `request`, not yet checked. */
  readonly envelope: JsonValue;
  /** Ends only when the file was whole and the form after it too. Throws ApiError MTS-REQ-003, MTS-REQ-005, ATS-REQ-102. */
  readonly file: AsyncIterable<Uint8Array>;
}

type Part = MultipartFile | MultipartValue;
type Parts = AsyncIterableIterator<Part>;

/**
 * Reads the form of a CSV upload: `request`, then `csv_file`, which is handed over as a stream.
 *
 * @throws ApiError for a form that is not as expected
 */
export async function withCsvUpload<T>(
  request: FastifyRequest,
  limits: CsvUploadLimits,
  take: (upload: CsvUpload) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) throw missingRequest();
  if (Number(request.headers['content-length']) > limits.fileSizeBytesMax + REQUEST_SIZE_BYTES_MAX * 2) {
    throw tooLarge(limits);
  }
  const parts: Parts = request.parts({
    limits: {
      fieldSize: REQUEST_SIZE_BYTES_MAX,
      fields: FIELDS_MAX,
      // The list, and `request` where it is sent from a file.
      files: 2,
      fileSize: limits.fileSizeBytesMax,
    },
  });
  let envelope: JsonValue | undefined;
  for (let part = await next(parts, limits); part !== undefined; part = await next(parts, limits)) {
    if (part.fieldname === 'request') {
      if (envelope !== undefined) throw secondRequest();
      envelope = part.type === 'field' ? readRequestField(part) : await readRequestFile(part, limits);
      continue;
    }
    if (part.type === 'field') continue;
    try {
      if (part.fieldname !== 'csv_file') throw unexpectedFile();
      if (envelope === undefined) throw await earlyFile(part, parts, limits);
      return await take({ envelope, file: wholeFile(part, parts, limits) });
    } finally {
      part.file.destroy();
    }
  }
  throw envelope === undefined ? missingRequest() : missingFile();
}

async function* wholeFile(
  part: MultipartFile,
  parts: Parts,
  limits: CsvUploadLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  part.file.once('limit', () => part.file.destroy(tooLarge(limits)));
  // A small limit is passed while the parser reads on, before anybody could listen.
  if (part.file.truncated) throw tooLarge(limits);
  yield* uploadChunks(part.file, limits.stallLimitMs);
  if (part.file.truncated) throw tooLarge(limits);
  // A form without its end is a broken upload, though its file may look whole.
  let rest = await next(parts, limits);
  while (rest !== undefined) {
    if (rest.fieldname === 'request') throw secondRequest();
    if (rest.type === 'file') throw unexpectedFile();
    rest = await next(parts, limits);
  }
}

/** @throws ApiError for a form that cannot be read, or of which nothing more comes */
async function next(parts: Parts, { stallLimitMs }: CsvUploadLimits): Promise<Part | undefined> {
  const stop = new AbortController();
  const stalled = wait(stallLimitMs, undefined, { signal: stop.signal }).then(() => {
    throw new ApiError('MTS-REQ-005');
  });
  try {
    const { done, value } = await Promise.race([parts.next(), stalled]);
    return done === true ? undefined : value;
  } catch (error) {
    throw error instanceof ApiError ? error : unreadableForm(error);
  } finally {
    stalled.catch(() => undefined);
    stop.abort();
  }
}

function readRequestField({ value, valueTruncated }: MultipartValue): JsonValue {
  if (valueTruncated) throw requestTooLarge();
  // A field that is marked as application/json comes parsed.
  return typeof value === 'string' ? readRequestText(value) : (value as JsonValue);
}

/** The same as a file, as `curl -F request=@request.json` sends it. */
async function readRequestFile(
  { file }: MultipartFile,
  { stallLimitMs }: CsvUploadLimits,
): Promise<JsonValue> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of uploadChunks(file, stallLimitMs)) {
      sizeBytes += chunk.length;
      if (sizeBytes > REQUEST_SIZE_BYTES_MAX) throw requestTooLarge();
      chunks.push(chunk);
    }
  } finally {
    file.destroy();
  }
  return readRequestText(new TextDecoder().decode(Buffer.concat(chunks)));
}

function readRequestText(text: string): JsonValue {
  if (text === '') throw missingRequest();
  try {
    return parseJsonExact(text);
  } catch (error) {
    throw error instanceof ApiError ? invalidJson() : error;
  }
}

/** The file came before `request`: whether that comes later decides what is wrong. */
async function earlyFile(part: MultipartFile, parts: Parts, limits: CsvUploadLimits): Promise<ApiError> {
  const wrongOrder = new ApiError('ATS-REQ-102', {
    field: 'request',
    problem: 'this part must come before csv_file',
  });
  part.file.once('limit', () => part.file.destroy(wrongOrder));
  let sizeBytes = 0;
  for await (const chunk of uploadChunks(part.file, limits.stallLimitMs)) {
    sizeBytes += chunk.length;
    if (sizeBytes > EARLY_FILE_SIZE_BYTES_MAX) return wrongOrder;
  }
  for (let rest = await next(parts, limits); rest !== undefined; rest = await next(parts, limits)) {
    if (rest.fieldname === 'request') return wrongOrder;
  }
  return missingRequest();
}

/** @fastify/multipart 10.1 gives its own errors a code, and lets through those of its parser, which have none. */
function unreadableForm(error: unknown): ApiError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_INVALID_JSON_FIELD_ERROR') return invalidJson();
  if (code === 'FST_FILES_LIMIT') return unexpectedFile();
  if (code === 'FST_FIELDS_LIMIT')
    return new ApiError('ATS-REQ-102', { problem: 'the form has too many fields' });
  const brokeOff =
    code === 'FST_MP_PREMATURE_CLOSE' || (error instanceof Error && /unexpected end/i.test(error.message));
  return brokeOff
    ? new ApiError('MTS-REQ-005')
    : new ApiError('ATS-REQ-102', { problem: 'the multipart form cannot be read' });
}

function missingRequest(): ApiError {
  return new ApiError('ATS-REQ-102', { problem: 'missing request body' });
}

function invalidJson(): ApiError {
  return new ApiError('ATS-REQ-102', { field: 'request', problem: 'Invalid JSON' }, 422);
}

function missingFile(): ApiError {
  return new ApiError('ATS-REQ-102', { problem: 'requires CSV file' });
}

function requestTooLarge(): ApiError {
  const problem = `more than ${String(REQUEST_SIZE_BYTES_MAX)} bytes`;
  return new ApiError('ATS-REQ-102', { field: 'request', problem });
}

function secondRequest(): ApiError {
  return new ApiError('ATS-REQ-102', { field: 'request', problem: 'one part of this name is expected' });
}

function unexpectedFile(): ApiError {
  return new ApiError('ATS-REQ-102', { field: 'csv_file', problem: 'one file of this name is expected' });
}

function tooLarge({ fileSizeBytesMax }: CsvUploadLimits): ApiError {
  return new ApiError('MTS-REQ-003', { limit: fileSizeBytesMax, problem: 'split the list' });
}
