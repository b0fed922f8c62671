import { Module } from '@nestjs/common';
import { Importables } from './importables';

@Module({ providers: [Importables], exports: [Importables] })
export class ImportablesModule {}
