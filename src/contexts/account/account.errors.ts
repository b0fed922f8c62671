import { commonErrors, declareErrors } from '../../kernel/domain-error';

export const accountErrors = declareErrors('account', commonErrors);
