import { type Envelope, envelope, type Gateway } from '../gateway.js';

/** Hands a CSV list in. @returns how it was answered, as `503 MTS-SYS-001` or `200` */
export async function answerToList(gateway: Gateway, csv: string): Promise<string> {
  const form = new FormData();
  form.append('request', JSON.stringify(envelope({ output: 'csv', deliverytype: 'download' })));
  form.append('csv_file', new Blob([csv], { type: 'text/csv' }), 'people.csv');
  return answerText(await gateway.post<Envelope<unknown>>('/authtoken/csv', form));
}

/** Status and code of an answer, as `503 MTS-SYS-001` or `200`; another body than the envelope's shows, too. */
export function answerText({ status, data }: { status: number; data: Partial<Envelope<unknown>> }): string {
  const code = data.errors === undefined ? 'without envelope' : data.errors?.[0]?.errorCode;
  return [String(status), code].filter((word) => word !== undefined).join(' ');
}
