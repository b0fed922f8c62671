import { Module } from '@nestjs/common';
import { TokensModule } from '../../platform/tokens/tokens.module';
import { OAuthAppsModule } from '../oauth-apps/oauth-apps.module';
import { OAuthController } from './oauth.controller';
import { OAuthService } from './oauth.service';

@Module({
  imports: [TokensModule, OAuthAppsModule],
  controllers: [OAuthController],
  providers: [OAuthService],
})
export class OAuthModule {}
