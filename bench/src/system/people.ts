import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { isVerhoeffValid } from '@mts/crypto';

/** The seven columns of the original's CSV, filled as a registry fills them; no two people are alike. */
export interface Person {
  readonly vid: string;
  readonly name: string;
  readonly gender: string;
  readonly dob: string;
  readonly phoneNumber: string;
  readonly emailId: string;
  readonly fullAddress: string;
}

/** The stem of a UIN has 9 digits and begins with neither 0 nor 1; nor with 2, as the number of a preflight does. */
const FIRST_STEM = 300_000_000;
const ROWS_PER_BLOCK = 1000;

/** @param number from 0; another one, another person */
export function person(number: number): Person {
  const day = new Date(Date.UTC(1950, 0, 1 + (number % 20_000))).toISOString().slice(0, 10);
  return {
    vid: uin(String(FIRST_STEM + number)),
    name: `Amina ${word(number)} Diallo`,
    gender: number % 2 === 0 ? 'Female' : 'Male',
    dob: day,
    phoneNumber: `+2557${String(10_000_000 + number)}`,
    emailId: `amina.${word(number)}@example.org`,
    fullAddress: `${String(number % 300)} Market Street, Block ${word(number)}, Dodoma`,
  };
}

/** A CSV with so many people, from a number on. */
export function peopleCsv(count: number, first = 0): Blob {
  return new Blob([...blocks(count, first)], { type: 'text/csv' });
}

/** The same as a file, for more people than fit into memory. */
export async function writePeopleCsv(path: string, count: number, first = 0): Promise<void> {
  await pipeline(Readable.from(blocks(count, first)), createWriteStream(path));
}

function* blocks(count: number, first: number): Generator<string> {
  yield `${Object.keys(person(0)).join(',')}\r\n`;
  for (let start = first; start < first + count; start += ROWS_PER_BLOCK) {
    const size = Math.min(ROWS_PER_BLOCK, first + count - start);
    yield Array.from({ length: size }, (_, index) => csvRow(person(start + index))).join('');
  }
}

function csvRow(row: Person): string {
  const cells = Object.values(row).map((cell: string) => (cell.includes(',') ? `"${cell}"` : cell));
  return `${cells.join(',')}\r\n`;
}

function uin(stem: string): string {
  for (let digit = 0; digit < 10; digit += 1) {
    if (isVerhoeffValid(`${stem}${digit}`)) return `${stem}${digit}`;
  }
  throw new Error(`${stem} has no check digit`);
}

/** Letters that stand for a number, as no name has digits. */
function word(number: number): string {
  return number.toString(16).replaceAll(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));
}
