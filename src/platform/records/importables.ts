import { Injectable } from '@nestjs/common';
import type { ImportedEntity, ModelType } from '../../kernel/record-kinds';
import type { Importable, RecordUse } from './importable';

/** The kinds of records that files can be imported as: each is offered by its context. */
@Injectable()
export class Importables {
  private readonly offers: Importable[] = [];

  /** Call it in a constructor, so that nothing is asked for before. */
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

  /** @returns how records of any kind use those of this one. */
  usesOf(entity: ImportedEntity): readonly RecordUse[] {
    return this.offers.flatMap(({ uses = [] }) => uses.filter((use) => use.entity === entity));
  }

  private find(isIt: (offer: Importable) => boolean, name: string): Importable {
    const offer = this.offers.find(isIt);
    if (!offer) throw new Error(`No context offers to import ${name}.`);
    return offer;
  }
}
