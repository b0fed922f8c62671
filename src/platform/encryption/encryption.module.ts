import { Module } from '@nestjs/common';
import { Encryption } from './encryption';

@Module({ providers: [Encryption], exports: [Encryption] })
export class EncryptionModule {}
