import { errorCatalogue } from '../../src/kernel/domain-error';
import type { ErrorListView } from '../../src/platform/openapi/errors.controller';
import { useApi } from '../support/api';

const { program } = useApi();

it('lists every code with its status and what to do, to anybody', async () => {
  const { items } = (await program.client.get<ErrorListView>('/errors')).result;
  expect(items.map(({ code }) => code)).toEqual([...errorCatalogue.keys()].sort());
  expect(items.find(({ code }) => code === 'sources.not_found')).toEqual({
    code: 'sources.not_found',
    status: 404,
    description: 'The source does not exist.',
    action: 'Check the id; records of other accounts count as not existing.',
    retryable: false,
  });
});

it('takes no parameters', async () => {
  const { status, error } = await program.client.get('/errors?code=sources.not_found');
  expect([status, error.code]).toEqual([400, 'api.invalid_request']);
});

it('what nobody foresaw, outside every context → api.internal', async () => {
  const broken = jest.spyOn(errorCatalogue, 'values').mockImplementationOnce(() => {
    throw new Error('a fault of the program');
  });
  const { status, error } = await program.client.get('/errors');
  expect([status, error.code]).toEqual([500, 'api.internal']);
  expect(error.message).not.toContain('fault of the program');
  broken.mockRestore();
});
