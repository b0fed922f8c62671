import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { LargeBody } from './large-body';
import { type GuardedRequest, routeMetadata, Slow } from './request';

/** So many items are worth one request. */
const itemsPerRequest = 50;

/** Counts the items of a bulk against the budget of its caller, behind the guards that judge the request. */
@Injectable()
class ItemsCost implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const { items } = (request.body ?? {}) as { readonly items?: unknown };
    const own = Array.isArray(items) ? items.length / itemsPerRequest : 0;
    // A dry run is worth ten times what it tries out.
    const owed = request.owed ?? 0;
    if (own > 0) request.owed = owed + own * (owed + 1);
    return true;
  }
}

/** The route takes many items: its body may be large, it is slow, costs more the more items there are, and has `dry_run` in its body. */
export function BulkWrite(): MethodDecorator {
  return applyDecorators(Slow(), LargeBody('items'), SetMetadata(routeMetadata.dryRun, 'body'), UseGuards(ItemsCost));
}
