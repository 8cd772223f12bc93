import { ApiProperty } from '@nestjs/swagger';

/** By what an operator finds a seeder. */
export class SeederNameDto {
  @ApiProperty({ type: String, format: 'uuid', description: 'As in the first line of its log.' })
  readonly id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The name of the machine, or pod, where it runs; null of a seeder of an earlier version, as is processId.',
  })
  readonly host!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The number of its process there.' })
  readonly processId!: number | null;
}
