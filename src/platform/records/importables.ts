import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type ImportableEntity, type ModelType, modelTypes } from '../../kernel/record-kinds';
import type { Importable, RecordUse } from './importable';

/** The kinds of records that files can be imported as: each is offered by its context. */
@Injectable()
export class Importables implements OnApplicationBootstrap {
  private readonly importables: Importable[] = [];

  /** Call it in a constructor, so that nothing is asked for before. */
  register(importable: Importable): void {
    this.importables.push(importable);
  }

  /** @throws Error when a kind can be imported by its name, and no context registered it. */
  onApplicationBootstrap(): void {
    for (const modelType of modelTypes) this.of(modelType);
  }

  all(): readonly Importable[] {
    return this.importables;
  }

  of(modelType: ModelType): Importable {
    return this.find(({ record }) => record.table === modelType, modelType);
  }

  ofEntity(entity: ImportableEntity): Importable {
    return this.find(({ record }) => record.kind === entity, entity);
  }

  /** @returns how records of any kind use those of this one. */
  usesOf(entity: ImportableEntity): readonly RecordUse[] {
    return this.importables.flatMap(({ uses = [] }) => uses.filter((use) => use.entity === entity));
  }

  private find(isIt: (offer: Importable) => boolean, name: string): Importable {
    const offer = this.importables.find(isIt);
    if (!offer) throw new Error(`No context offers to import ${name}.`);
    return offer;
  }
}
