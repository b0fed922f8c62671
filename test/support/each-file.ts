import { forgetsAccount } from '../contract/statement-exceptions';
import { statementsSeen } from './statements';

afterAll(() => {
  const forgetful = statementsSeen().filter(forgetsAccount);
  if (forgetful.length > 0) {
    throw new Error(
      `Statements on a tenant's table that are bound to no account:\n${forgetful.map(({ text }) => text).join('\n\n')}`,
    );
  }
});
