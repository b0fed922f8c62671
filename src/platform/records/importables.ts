import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type ImportableEntity, type ModelType, modelTypes } from '../../kernel/record-kinds';
import type { Importable, RecordUse } from './importable';

/** The kinds of records that files can have. The context of each kind offers it. */
@Injectable()
export class Importables implements OnApplicationBootstrap {
  private readonly importables: Importable[] = [];

  /** Must be called in a constructor, before anything is looked up. */
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

  /** @returns for each kind how its records refer to records of this kind. */
  usesOf(entity: ImportableEntity): readonly RecordUse[] {
    return this.importables.flatMap(({ uses = [] }) => uses.filter((use) => use.entity === entity));
  }

  private find(isIt: (offer: Importable) => boolean, name: string): Importable {
    const offer = this.importables.find(isIt);
    if (!offer) throw new Error(`No context offers to import ${name}.`);
    return offer;
  }
}
