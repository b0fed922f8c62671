import { forgottenAccounts } from '../contract/statement-exceptions';
import { statementsSeen } from './statements';

afterAll(() => {
  const forgetful = statementsSeen().flatMap((statement) => {
    const faults = forgottenAccounts(statement);
    return faults.length > 0 ? [`${statement.name ?? 'without a name'}: ${faults.join(' ')}\n${statement.text}`] : [];
  });
  if (forgetful.length > 0) {
    throw new Error(`Statements on tenants' tables that are bound to no account:\n${forgetful.join('\n\n')}`);
  }
});
