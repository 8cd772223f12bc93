import { envelope } from '../gateway.js';
import type { PeopleList } from './people-list.js';

const BOUNDARY = 'list';

/**
 * Sends the beginning of a list, and then nothing more.
 * @param rows the people of the list again and again, until there are so many
 * @returns when the connection has broken
 */
export async function halfAnUpload(url: string, { csv }: PeopleList, rows: number): Promise<void> {
  const [header = '', ...lines] = csv.trimEnd().split('\r\n');
  const request = JSON.stringify(envelope({ output: 'csv', deliverytype: 'download' }));
  const beginning = [
    `--${BOUNDARY}`,
    'content-disposition: form-data; name="request"',
    '',
    request,
    `--${BOUNDARY}`,
    'content-disposition: form-data; name="csv_file"; filename="people.csv"',
    '',
    header,
    '',
  ].join('\r\n');
  const repeated = `${lines.join('\r\n')}\r\n`;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(Buffer.from(beginning));
      for (let sent = 0; sent < rows; sent += lines.length) controller.enqueue(Buffer.from(repeated));
    },
  });
  await fetch(`${url}/authtoken/csv`, {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  }).then(
    ({ status }) => {
      throw new Error(`half an upload was answered with ${String(status)}`);
    },
    () => undefined,
  );
}
