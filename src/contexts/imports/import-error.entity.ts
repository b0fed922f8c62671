import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';

/** A fault of a row of an import. */
@Entity('import_errors')
export class ImportError {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid')
  import_id!: string;

  @Column('bigint')
  row_number!: number;

  @Column('bool')
  is_conflict!: boolean;

  @Column('text', { nullable: true })
  column_name!: string | null;

  @Column('text', { nullable: true })
  field!: string | null;

  @Column('text')
  value!: string;

  @Column('text')
  message!: string;

  @Column('json', { nullable: true })
  cells!: readonly string[] | null;
}
