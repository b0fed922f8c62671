import { QueryFailedError } from 'typeorm';
import { describeError } from './describe-error';

function databaseError(properties: object): Error {
  return Object.assign(new Error('duplicate key value violates unique constraint "users_email_key_key"'), properties);
}

describe('describeError', () => {
  it('tells type, message, frames, SQLSTATE, constraint and table', () => {
    const described = describeError(
      databaseError({ code: '23505', constraint: 'users_email_key_key', table: 'users' }),
    );
    expect(described).toMatchObject({
      type: 'Error',
      code: '23505',
      constraint: 'users_email_key_key',
      table: 'users',
    });
    expect(described.stack).toMatch(/^\s+at /);
  });

  it('keeps parameters and details of a query to itself', () => {
    const cause = databaseError({ code: '23505', detail: 'Key (email_key)=(ada@example.com) already exists.' });
    const error = new QueryFailedError('insert into users values ($1)', ['$argon2id$hash'], cause);
    const told = JSON.stringify(describeError(error));
    expect(told).not.toMatch(/ada@example\.com|argon2id|insert into/);
    expect(told).toContain('23505');
  });

  it('leaves out the message of a data exception, which quotes the value', () => {
    const cause = Object.assign(new Error('invalid input syntax for type uuid: "ada@example.com"'), { code: '22P02' });
    for (const error of [cause, new QueryFailedError('select $1', [], cause)]) {
      expect(JSON.stringify(describeError(error))).not.toContain('ada@example.com');
    }
  });

  it('ends with a chain of causes that bites its tail', () => {
    const error = new Error('outer');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(50_000);
  });

  it('says nothing of a thrown value that is no error', () => {
    expect(JSON.stringify(describeError('the password is hunter2'))).not.toContain('hunter2');
  });
});
