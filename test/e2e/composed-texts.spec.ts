import { useApi } from '../support/api';
import { refusedWith } from '../support/outcome';

/** Texts come in composed (Unicode NFC, docs/contract.md, section 1). Those that are stored in another form are found. */
const { program, client } = useApi({ accountFor: 'each test' });

type Row = Readonly<Record<string, unknown>> & { readonly id: string };
const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const decomposed = (text: string) => text.normalize('NFD');
const ids = async (path: string) => (await client.get<{ items: Row[] }>(path)).result.items.map(({ id }) => id);
const query = (name: string, value: string) => `?${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

it('of records, by both doors, before their lengths are judged', async () => {
  const sent = {
    first_name: decomposed('é'.repeat(200)),
    notes: decomposed('Ünit'),
    tags: [decomposed('Ünit'), 'Ünit'],
  };
  const kept = { first_name: 'é'.repeat(200), notes: 'Ünit', tags: ['Ünit'] };
  const made = await make('/contacts', sent);
  expect(made).toMatchObject(kept);
  expect((await client.call<Row>('contacts-create', sent)).result).toMatchObject(kept);
  expect((await client.patch<Row>(`/contacts/${made.id}`, sent)).result).toEqual(made);
  await refusedWith('contacts.invalid_request')(
    client.post('/contacts', { first_name: decomposed('é'.repeat(201)) }),
    'first_name',
  );
  const activity = { activity_type: 'call', contact_id: made.id, metadata: { notes: decomposed('Ünit') } };
  expect(await make('/activities', activity)).toMatchObject({ metadata: { notes: 'Ünit' } });
});

it('of other things with names', async () => {
  expect(await make('/sources', { name: decomposed('Müller') })).toMatchObject({ name: 'Müller' });
  const { result } = await client.patch<Row>('/auth/me', { name: decomposed('Zoë') });
  expect(result).toMatchObject({ name: 'Zoë' });
});

it('not URLs', async () => {
  const website = `https://acme.example/${decomposed('é')}`;
  expect(await make('/companies', { name: 'Acme', website, linkedin_url: website })).toMatchObject({
    ...{ website, linkedin_url: website },
  });
  const url = `https://hooks.example.com/${decomposed('é')}`;
  expect(await make('/webhooks', { url, events: ['contact.created'] })).toMatchObject({ url });
});

it('are found by search, by tags and by e-mail address in either form, also those that are stored decomposed', async () => {
  const body = { first_name: 'Zoë', email: 'zoë@mail.example', tags: ['Ünit', 'eu'] };
  const [now, before] = [await make('/contacts', body), await make('/contacts', { first_name: 'Old' })];
  await program.sql('update contacts set first_name = $2, email = $3, tags = $4 where id = $1', [
    ...[before.id, decomposed(body.first_name), decomposed(body.email), body.tags.map(decomposed)],
  ]);
  const both = [before.id, now.id];
  for (const form of [(text: string) => text, decomposed]) {
    expect(await ids(`/contacts${query('search', form('Zoë'))}`)).toEqual(both);
    expect(await ids(`/contacts${query('tags', form('Ünit'))}&tags=eu`)).toEqual(both);
    expect(await ids(`/contacts${query('email', form('ZOË@mail.example'))}`)).toEqual(both);
  }
});

describe('of custom fields', () => {
  const define = (label: string, body: object) => make('/custom-fields', { entity_type: 'contact', label, ...body });

  it('are values and options; values are found in either form', async () => {
    const text = await define('Text', { field_type: 'text' });
    const level = await define(decomposed('Stufe für Gäste'), {
      field_type: 'enum',
      options: [decomposed('Über'), 'b'],
    });
    expect(level).toMatchObject({ label: 'Stufe für Gäste', options: ['Über', 'b'] });
    await refusedWith('custom_fields.options_required')(
      client.post('/custom-fields', {
        ...{ entity_type: 'contact', label: 'x', field_type: 'enum', options: ['Ü', decomposed('Ü')] },
      }),
      'options',
    );
    const custom_fields = { [text.id]: decomposed('é'.repeat(500)), [level.id]: decomposed('Über') };
    const made = await make('/contacts', { first_name: 'Ada', custom_fields });
    expect(made.custom_fields).toEqual({ [text.id]: 'é'.repeat(500), [level.id]: 'Über' });
    for (const value of ['Über', decomposed('Über')])
      expect(await ids(`/contacts${query(`custom_fields[${level.id}]`, value)}`)).toEqual([made.id]);
  });

  it('options and labels that are stored decomposed are the same, and stay', async () => {
    const level = await define('x', { field_type: 'enum', options: ['a'] });
    await program.sql('update custom_fields set label = $2, options = $3 where id = $1', [
      ...[level.id, decomposed('Größe'), [decomposed('Über'), 'a']],
    ]);
    const of = (value: string) => ({ first_name: 'Ada', custom_fields: { [level.id]: value } });
    const made = await make('/contacts', of('Über'));
    expect(made.custom_fields).toEqual({ [level.id]: decomposed('Über') });
    const path = `/custom-fields/${level.id}`;
    const { result } = await client.patch<Row>(path, { label: 'Größe', options: ['Über', 'a', 'Ä'] });
    expect(result).toMatchObject({ label: decomposed('Größe'), options: [decomposed('Über'), 'a', 'Ä'] });
    expect((await client.get<Row>(`/contacts/${made.id}`)).result).toEqual(made);
    for (const value of ['Über', decomposed('Über')])
      expect(await ids(`/contacts${query(`custom_fields[${level.id}]`, value)}`)).toEqual([made.id]);
    const same = { entity_type: 'contact', label: 'größe', field_type: 'text' };
    await refusedWith('custom_fields.invalid_request')(client.post('/custom-fields', same), 'label');
    const other = await define('y', { field_type: 'text' });
    await refusedWith('custom_fields.invalid_request')(
      client.patch(`/custom-fields/${other.id}`, { label: 'Größe' }),
      'label',
    );
  });
});
