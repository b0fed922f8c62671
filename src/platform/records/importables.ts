import { Injectable } from '@nestjs/common';
import type { ImportedEntity, ModelType } from '../../kernel/record-kinds';
import type { Importable, RecordUse } from './importable';

/** The kinds of records that files can have. The context of each kind offers it. */
@Injectable()
export class Importables {
  private readonly offers: Importable[] = [];

  /** Must be called in a constructor, before anything is looked up. */
  offer(importable: Importable): void {
    this.offers.push(importable);
  }

  all(): readonly Importable[] {
    return this.offers;
  }

  of(modelType: ModelType): Importable {
    return this.find(({ record }) => record.table === modelType, modelType);
  }

  ofEntity(entity: ImportedEntity): Importable {
    return this.find(({ record }) => record.kind === entity, entity);
  }

  /** @returns for each kind how its records refer to records of this kind. */
  usesOf(entity: ImportedEntity): readonly RecordUse[] {
    return this.offers.flatMap(({ uses = [] }) => uses.filter((use) => use.entity === entity));
  }

  private find(isIt: (offer: Importable) => boolean, name: string): Importable {
    const offer = this.offers.find(isIt);
    if (!offer) throw new Error(`No context offers to import ${name}.`);
    return offer;
  }
}
