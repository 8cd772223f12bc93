import type { RequestState } from '@mts/domain';
import { Column, CreateDateColumn, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';

/** Keys stand in a table of their own, see key-store.ts. */
const keyOf = (request: string, purpose: string): string =>
  `SELECT wrapped FROM wrapped_key WHERE subject = ${request}.id AND purpose = '${purpose}'`;

/** One list handed in. */
@Entity({ name: 'request' })
export class Request {
  @PrimaryColumn('uuid')
  id!: string;

  /** The IDA profile that its records are asked with. */
  @Column('text', { name: 'profile_id' })
  profileId!: string;

  @Column('text')
  owner!: string;

  @Column('text')
  state!: RequestState;

  /** The id of the input in the registry of libs/inputs. */
  @Column('text')
  input!: string;

  /** The id of the result format in the registry of libs/outputs. */
  @Column('text')
  output!: string;

  /** Whether results are made of the records as received too: then the input key stays until they are erased. */
  @Column('boolean', { name: 'keeps_input' })
  keepsInput!: boolean;

  /** Mapping, language and format, sealed with the input key: a mapping names fields, and fields can name people. */
  @Column('bytea', { name: 'sealed_options', nullable: true })
  sealedOptions!: Buffer | null;

  /** What both keys are wrapped with; null when both are gone. */
  @VirtualColumn('text', {
    query: (request) =>
      `SELECT min(kek_id) FROM wrapped_key WHERE subject = ${request}.id AND wrapped IS NOT NULL`,
  })
  kekId!: string | null;

  /** Gone when neither a record nor the results need the input any more. */
  @VirtualColumn('bytea', { query: (request) => keyOf(request, 'input') })
  wrappedInputKey!: Buffer | null;

  /** Gone when the request is archived. */
  @VirtualColumn('bytea', { query: (request) => keyOf(request, 'results') })
  wrappedResultsKey!: Buffer | null;

  /** Whether its tokens are indexed with the key-encryption key, as those of requests from before are. */
  @Column('boolean', { name: 'tokens_by_kek' })
  tokensByKek!: boolean;

  @Column('integer')
  total!: number;

  /** Whether its caller waits for the answer. */
  @Column('boolean')
  awaited!: boolean;

  /** Whether it is only checked: IDA is asked about nobody. */
  @Column('boolean', { name: 'validate_only' })
  validateOnly!: boolean;

  /** Records that are the same person as an earlier one; known when the request has ended. */
  @Column('integer')
  duplicates!: number;

  /** The caller's own id of the request, sealed with the results key. */
  @Column('bytea', { name: 'sealed_correlation', nullable: true })
  sealedCorrelation!: Buffer | null;

  /** Whether a whole download is the caller's word that the results may go. */
  @Column('boolean', { name: 'erase_after_download' })
  eraseAfterDownload!: boolean;

  @Column('timestamptz', { name: 'downloaded_at', nullable: true })
  downloadedAt!: Date | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt!: Date | null;

  /** When its results go, if earlier than by age. */
  @Column('timestamptz', { name: 'erase_at', nullable: true })
  eraseAt!: Date | null;

  /** No record is asked from then on. */
  @Column('timestamptz', { name: 'cancel_asked_at', nullable: true })
  cancelAskedAt!: Date | null;

  /** Time since its start in which something held it; a hold that goes on is not in it yet. */
  @Column('double precision', { name: 'held_seconds' })
  heldSeconds!: number;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** When an upload last made progress. */
  @Column('timestamptz', { name: 'touched_at' })
  touchedAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz', { name: 'archived_at', nullable: true })
  archivedAt!: Date | null;
}
