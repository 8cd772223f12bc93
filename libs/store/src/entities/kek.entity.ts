import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A key-encryption key that the database was written with: its id and a value to know it by, not the key. */
@Entity({ name: 'kek' })
export class Kek {
  @PrimaryColumn('text')
  id!: string;

  @Column('bytea', { name: 'check_value' })
  checkValue!: Buffer;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
