import type { LiveSeeder } from '@mts/store';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';

import { SeederNameDto } from './seeder-name.js';

/** Each tells every second. */
const TOLD = 'in the second before `asOf`';

class InFlightDto {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When these figures were told, every second; of several seeders the earliest. Null: no seeder is heard of.',
  })
  readonly asOf!: Date | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Calls begun whose outcomes are not stored yet.',
  })
  readonly inFlight!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description:
      'Calls that may be in flight now, as found to be good for IDA. Far below the maximum: IDA is slow, or fails.',
  })
  readonly inFlightLimit!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Calls that may be in flight at the most.' })
  readonly inFlightMax!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 0,
    description: `Milliseconds from sending to the whole answer, the median ${TOLD} or the last one with answers; null when none came in five seconds.`,
  })
  readonly latencyMs!: number | null;

  @ApiProperty({ type: Number, minimum: 0, description: `Calls sent per second, ${TOLD}.` })
  readonly callsPerSecond!: number;
}

export class SeederCallsDto extends IntersectionType(SeederNameDto, InFlightDto) {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 0,
    description: 'Lists on which it is at work. Null of a seeder of an earlier version, which does not tell.',
  })
  readonly lists!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 0,
    description:
      'Its share of the calls in flight of all seeders together (inFlightMaxAll); with none it asks nobody. Null without such a maximum.',
  })
  readonly inFlightShare!: number | null;
}

export class IdaCallsDto extends InFlightDto {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 1,
    description:
      'Calls of all seeders together that may be in flight at the most; null without such a maximum.',
  })
  readonly inFlightMaxAll!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'The most calls per second of all seeders together; null without a cap.',
  })
  readonly ratePerSecondMax!: number | null;

  @ApiProperty({
    type: [SeederCallsDto],
    description: 'The same of each seeder, the oldest first.',
  })
  readonly seeders!: readonly SeederCallsDto[];
}

/** How fast IDA is asked, by all seeders together and by each. @param heard those that are not silent, the oldest first */
export function idaCalls(heard: readonly LiveSeeder[]): IdaCallsDto {
  const sum = (figure: 'inFlight' | 'inFlightLimit' | 'inFlightMax' | 'callsPerSecond'): number =>
    heard.reduce((total, one) => total + one[figure], 0);
  const latenciesMs = heard.flatMap(({ latencyMs }) => latencyMs ?? []).toSorted((a, b) => a - b);
  const [oldest] = heard;
  return {
    asOf: heard.map(({ asOf }) => asOf).toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null,
    inFlight: sum('inFlight'),
    inFlightLimit: sum('inFlightLimit'),
    inFlightMax: sum('inFlightMax'),
    inFlightMaxAll: oldest?.inFlightMaxAll ?? null,
    latencyMs: rounded(latenciesMs[latenciesMs.length >> 1] ?? null),
    callsPerSecond: rounded(sum('callsPerSecond')),
    ratePerSecondMax: oldest?.ratePerSecondMax ?? null,
    seeders: heard.map(({ inFlightMaxAll: _all, ratePerSecondMax: _rate, isSilent: _silent, ...one }) => ({
      ...one,
      latencyMs: rounded(one.latencyMs),
      callsPerSecond: rounded(one.callsPerSecond),
    })),
  };
}

/** To a tenth: more digits would say nothing. */
function rounded<T extends number | null>(value: T): T {
  return (value === null ? null : Math.round(value * 10) / 10) as T;
}
