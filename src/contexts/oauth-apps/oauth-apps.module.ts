import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TokensModule } from '../../platform/tokens/tokens.module';
import { OAuthApp } from './oauth-app.entity';
import { OAuthAppsController } from './oauth-apps.controller';
import { OAuthAppsRepository } from './oauth-apps.repository';
import { OAuthAppsService } from './oauth-apps.service';

@Module({
  imports: [TypeOrmModule.forFeature([OAuthApp]), TokensModule],
  controllers: [OAuthAppsController],
  providers: [OAuthAppsService, OAuthAppsRepository],
  exports: [OAuthAppsService],
})
export class OAuthAppsModule {}
