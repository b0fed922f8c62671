import type { DomainError, ErrorDetail } from '../../kernel/domain-error';

export interface ErrorBody {
  readonly ok: false;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details?: readonly ErrorDetail[];
    readonly request_id: string;
  };
}

export function errorBody(error: DomainError, requestId: string): ErrorBody {
  const { definition, message, details } = error;
  return {
    ok: false,
    error: { code: definition.code, message, ...(details?.length ? { details } : {}), request_id: requestId },
  };
}
