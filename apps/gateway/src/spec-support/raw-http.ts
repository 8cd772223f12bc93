import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection to a gateway on which anything can be written. */
export async function rawConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

/** Writes bytes, and returns all that comes back until the other side ends or the answer is whole. */
export async function exchange(url: string, bytes: string | Uint8Array): Promise<string> {
  const socket = await rawConnection(url);
  socket.write(bytes);
  return answerOn(socket);
}

/** The next answer on a connection, which must have a content-length. */
export async function answerOn(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const length = /content-length: (\d+)/i.exec(text)?.[1];
    const bodyAt = text.indexOf('\r\n\r\n') + 4;
    if (length !== undefined && bodyAt > 3 && Buffer.byteLength(text.slice(bodyAt)) >= Number(length)) break;
  }
  socket.destroy();
  return text;
}

export const BOUNDARY = 'boundary-of-the-form';

/** One part of a form. */
export function part(name: string, content: string, filename?: string): string {
  const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: text/csv`;
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
}

export const END_OF_FORM = `--${BOUNDARY}--\r\n`;

/** A request whose body is as long as its header says, unless told otherwise. */
export function rawPost(path: string, type: string, body: string, length = Buffer.byteLength(body)): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `Content-Type: ${type}`,
    `Content-Length: ${String(length)}`,
    '',
    body,
  ].join('\r\n');
}

export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
