import { ImportsRepository } from '../../src/contexts/imports/imports.repository';
import { Transactions } from '../../src/platform/database/transactions';
import { useApi } from '../support/api';
import { Importing, type Job } from '../support/imports';

/** The statement with which release 0.1.0 takes imports. */
const claimOfPreviousRelease = `update imports set lease_until = $3
  where id = any (array(
    select id from imports
    where id = any (array(
      select id from (
        select distinct on (account_id) id, queued_at, lease_until from imports
        where status in ('queued', 'processing') order by account_id, status = 'processing' desc, queued_at, id
      ) as first
      where lease_until is null or lease_until <= $1 order by queued_at limit $2
    )) and status in ('queued', 'processing')
    for no key update skip locked
  ))
  returning id, attempt`;

const { program, client } = useApi({ accountFor: 'each test' });
const imports = new Importing(program, client);
const limit = 1_000;

let begun: Date;
beforeEach(() => (begun = program.clock.now()));
const after = (seconds: number) => new Date(begun.getTime() + seconds * 1_000);
const claimedByPrevious = async ({ id }: Job, now: Date, until: Date) =>
  (await program.sql<{ id: string }>(claimOfPreviousRelease, [now, limit, until])).some((each) => each.id === id);
const claimed = async ({ id }: Job, now: Date, until: Date) => {
  const repository = program.app.get(ImportsRepository, { strict: false });
  const transactions = program.app.get(Transactions, { strict: false });
  const jobs = await transactions.run(() => repository.claim(limit, now, until));
  return jobs.find((each) => each.id === id);
};
const leaseOf = async ({ id }: Job) =>
  (await program.sql<{ lease_until: Date | null }>('select lease_until from imports where id = $1', [id]))[0]!
    .lease_until;
const confirmed = async () => {
  const { job, preview } = await imports.uploaded('contacts', 'First Name\nGrace\n');
  const body = { column_mapping: preview.suggested_mapping, on_duplicate: 'update' };
  return (await imports.confirm(job, body)).result;
};

describe('while workers of the previous release run', () => {
  it('they leave an import with options to this one, also when its worker was killed', async () => {
    const job = await confirmed();
    expect(await claimedByPrevious(job, after(0), after(20))).toBe(false);
    expect(await leaseOf(job)).toBeNull();

    const repository = program.app.get(ImportsRepository, { strict: false });
    const taken = await claimed(job, after(0), after(20));
    expect(await leaseOf(job)).toEqual(after(20));
    const started = await repository.start(taken!, after(0), after(20));
    await repository.extendLease(started!, after(25));
    expect(await leaseOf(job)).toEqual(after(25));

    expect(await claimedByPrevious(job, after(30), after(50))).toBe(false);
    expect(await leaseOf(job)).toEqual(after(25));
    expect(await claimed(job, after(30), after(50))).toBeDefined();
    expect(await leaseOf(job)).toEqual(after(50));
  });

  it('they take one that their own release has confirmed, and undo any', async () => {
    const [job, undone] = [await confirmed(), await confirmed()];
    await program.sql('update imports set options = null where id = $1', [job.id]);
    expect(await claimedByPrevious(job, after(0), after(20))).toBe(true);
    await program.sql(`update imports set status = 'cancelled' where id = $1`, [job.id]);
    await program.sql(`update imports set task = 'undo' where id = $1`, [undone.id]);
    expect(await claimedByPrevious(undone, after(0), after(20))).toBe(true);
  });
});
