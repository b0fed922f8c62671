// Made from openapi.json by scripts/write-client.mjs: do not edit.

export interface paths {
    "/api/v1/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all error codes
         * @description By code. The same for everybody.
         */
        get: operations["errors_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Makes an account with you as its owner, signs you in, and mails a link that proves your address. Until then an invitation that somebody else accepts takes the address from you.
         */
        post: operations["auth_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description After ten wrong passwords in a row within 15 minutes the address is locked: for 15 minutes, then twice as long each time, up to a day.
         */
        post: operations["auth_login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a new pair of tokens
         * @description Uses a refresh token up and gives a new pair. Repeated within 10 seconds (two tabs, a lost answer) it gives another pair; used later than that, it counts as stolen and the session ends. Once one of these pairs is used again, the others are retired. A session dies after 14 idle days, 90 in all.
         */
        post: operations["auth_refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends this session; its access token is refused from now on.
         *
         *     **Callers:** owners, admins, members.
         */
        post: operations["auth_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I?
         * @description **Callers:** owners, admins, members.
         */
        get: operations["auth_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change my name
         * @description **Callers:** owners, admins, members.
         */
        patch: operations["auth_updateMe"];
        trace?: never;
    };
    "/api/v1/auth/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change my password
         * @description Gives a new pair of tokens. The pair to which the access token of this request belongs stays good; all other tokens and sessions of yours end. A wrong current password counts like a sign-in that failed.
         *
         *     **Callers:** owners, admins, members.
         */
        post: operations["auth_changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a new password
         * @description Mails a link to the address, if somebody has it; the answer is the same. The link is good for an hour, once.
         */
        post: operations["auth_forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password
         * @description With the token of the link in the mail. Ends all sessions of yours, and the lock after failed sign-ins. The first proof of your address by it, more than an hour after you registered, suspends the apps, webhooks and other users of the account, until you confirm them with POST /account/confirm-before.
         */
        post: operations["auth_resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/accept-invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation
         * @description With the token of the link in the mail. Sets your password and signs you in.
         */
        post: operations["auth_acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/verify-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove my e-mail address
         * @description With the token of the link in the mail that registering sends. Invitations of the address lapse.
         */
        post: operations["auth_verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Newest first.
         *
         *     **Callers:** owners, admins, members.
         */
        get: operations["users_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a user
         * @description **Callers:** owners, admins, members.
         */
        get: operations["users_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description Another role counts at once. Only owners may change owners or make them.
         *
         *     **Callers:** owners, admins.
         */
        patch: operations["users_update"];
        trace?: never;
    };
    "/api/v1/users/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite somebody
         * @description Makes a user who may sign in once the invitation is accepted, and mails the link for that. It is good for 7 days; after that, POST /auth/forgot-password mails another one. The invitation reserves nothing: it lapses when the address is proved elsewhere.
         *
         *     **Callers:** owners, admins.
         */
        post: operations["users_invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deactivate a user
         * @description Ends all their sessions at once; they cannot sign in any more. Deactivating twice changes nothing.
         *
         *     **Callers:** owners, admins.
         */
        post: operations["users_deactivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate a user again
         * @description They may sign in again; no session of before comes back. Confirms one who was suspended.
         *
         *     **Callers:** owners, admins.
         */
        post: operations["users_activate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the account */
        get: operations["account_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/confirm-before": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm what was made before
         * @description Brings back all apps, webhooks and users that were suspended when the owner proved the e-mail address by a reset. Look at GET /account first: somebody else may have made them. One by one they come back by POST /users/{id}/activate, by PATCH of a webhook, and by POST /oauth-apps/{id}/rotate-secret.
         *
         *     **Callers:** owners.
         */
        post: operations["account_confirmBefore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a token for an OAuth app
         * @description The client credentials grant of RFC 6749, for any OAuth client library: a form, or JSON; the credentials in the body, or by HTTP Basic. Errors of a form are in the form of that RFC. The token is good for an hour; there is no refresh token, ask again.
         */
        post: operations["oauth_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/oauth-apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List OAuth apps
         * @description Newest first; revoked ones too.
         *
         *     **Callers:** owners, admins.
         */
        get: operations["oauthapps_list"];
        put?: never;
        /**
         * Create an OAuth app
         * @description Shows the secret, once. POST /oauth/token takes it together with the `client_id`.
         *
         *     **Callers:** owners, admins.
         */
        post: operations["oauthapps_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/oauth-apps/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an OAuth app
         * @description **Callers:** owners, admins.
         */
        get: operations["oauthapps_get"];
        put?: never;
        post?: never;
        /**
         * Revoke an OAuth app
         * @description For good: it gets no tokens any more, and those it has are refused at once. It stays readable.
         *
         *     **Callers:** owners, admins.
         */
        delete: operations["oauthapps_revoke"];
        options?: never;
        head?: never;
        /**
         * Rename an OAuth app
         * @description **Callers:** owners, admins.
         */
        patch: operations["oauthapps_update"];
        trace?: never;
    };
    "/api/v1/oauth-apps/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an OAuth app a new secret
         * @description The old secret is refused at once; tokens that were got with it live out their hour. Confirms an app that was suspended; its old tokens stay refused.
         *
         *     **Callers:** owners, admins.
         */
        post: operations["oauthapps_rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List sources
         * @description Newest first.
         */
        get: operations["sources_list"];
        put?: never;
        /** Create a source */
        post: operations["sources_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a source */
        get: operations["sources_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a source */
        patch: operations["sources_update"];
        trace?: never;
    };
    "/api/v1/sources/upsert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change a source, or create it
         * @description By the value of a field. Several records with it are refused.
         */
        post: operations["sources_upsert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Archive a source
         * @description Records keep it; it is left out of the list and cannot be newly set. Archiving twice changes nothing.
         */
        post: operations["sources_archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{id}/unarchive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring an archived source back */
        post: operations["sources_unarchive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/custom-fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List custom fields
         * @description In the order of `display_order`, then oldest first.
         */
        get: operations["customfields_list"];
        put?: never;
        /**
         * Create a custom field
         * @description At most 200 for each kind of records. Records have its values in `custom_fields`, by its id.
         *
         *     **Callers:** owners, admins.
         */
        post: operations["customfields_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/custom-fields/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a custom field */
        get: operations["customfields_get"];
        put?: never;
        post?: never;
        /**
         * Delete a custom field
         * @description For good, with its values on all records; that makes no event and leaves their `updated_at`.
         *
         *     **Callers:** owners, admins.
         */
        delete: operations["customfields_delete"];
        options?: never;
        head?: never;
        /**
         * Change a custom field
         * @description Fields left out stay; `options` are replaced whole. An option that is left out is taken from all records that have it; that makes no event and leaves their `updated_at`. A field becomes `unique` if no two records have the same value, and at most a million have one; else `details` name the first ten values with the `ids` of their records.
         *
         *     **Callers:** owners, admins.
         */
        patch: operations["customfields_update"];
        trace?: never;
    };
    "/api/v1/companies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and find companies
         * @description Newest first.
         */
        get: operations["companies_list"];
        put?: never;
        /** Create a company */
        post: operations["companies_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/companies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a company */
        get: operations["companies_get"];
        put?: never;
        post?: never;
        /**
         * Delete a company
         * @description For good. Records that refer to it lose the link, and nothing else of them changes; activities that would be left with no link go with it.
         */
        delete: operations["companies_delete"];
        options?: never;
        head?: never;
        /**
         * Change a company
         * @description Fields left out stay. `tags` are replaced whole, `custom_fields` are merged by key.
         */
        patch: operations["companies_update"];
        trace?: never;
    };
    "/api/v1/companies/upsert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change a company, or create it
         * @description By the value of a field. Several records with it are refused.
         */
        post: operations["companies_upsert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/companies/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create, change and delete many companies
         * @description In one transaction. An item that fails costs only itself, unless `atomic` is sent.
         */
        post: operations["companies_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and find contacts
         * @description Newest first.
         */
        get: operations["contacts_list"];
        put?: never;
        /** Create a contact */
        post: operations["contacts_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a contact */
        get: operations["contacts_get"];
        put?: never;
        post?: never;
        /**
         * Delete a contact
         * @description For good. Records that refer to it lose the link, and nothing else of them changes; activities that would be left with no link go with it.
         */
        delete: operations["contacts_delete"];
        options?: never;
        head?: never;
        /**
         * Change a contact
         * @description Fields left out stay. `tags` are replaced whole, `custom_fields` are merged by key.
         */
        patch: operations["contacts_update"];
        trace?: never;
    };
    "/api/v1/contacts/upsert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change a contact, or create it
         * @description By the value of a field. Several records with it are refused.
         */
        post: operations["contacts_upsert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create, change and delete many contacts
         * @description In one transaction. An item that fails costs only itself, unless `atomic` is sent.
         */
        post: operations["contacts_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and find projects
         * @description Newest first.
         */
        get: operations["projects_list"];
        put?: never;
        /** Create a project */
        post: operations["projects_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a project */
        get: operations["projects_get"];
        put?: never;
        post?: never;
        /**
         * Delete a project
         * @description For good. Records that refer to it lose the link, and nothing else of them changes; activities that would be left with no link go with it.
         */
        delete: operations["projects_delete"];
        options?: never;
        head?: never;
        /**
         * Change a project
         * @description Fields left out stay. `tags` are replaced whole, `custom_fields` are merged by key.
         */
        patch: operations["projects_update"];
        trace?: never;
    };
    "/api/v1/projects/upsert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change a project, or create it
         * @description By the value of a field. Several records with it are refused.
         */
        post: operations["projects_upsert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create, change and delete many projects
         * @description In one transaction. An item that fails costs only itself, unless `atomic` is sent.
         */
        post: operations["projects_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{id}/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the contacts of a project
         * @description Newest contact first.
         */
        get: operations["projects_listContacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{id}/contacts/{contact_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a contact to a project, or change its role
         * @description A `role` that is left out stays. This makes no event and leaves the `updated_at` of both records.
         */
        put: operations["projects_putContact"];
        post?: never;
        /** Remove a contact from a project */
        delete: operations["projects_removeContact"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List activities
         * @description Latest first, by when they were made or by when they happened.
         */
        get: operations["activities_list"];
        put?: never;
        /**
         * Create an activity
         * @description With a link to a contact, a company or a project at least. Its type decides what `metadata` may tell.
         */
        post: operations["activities_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activities/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an activity */
        get: operations["activities_get"];
        put?: never;
        post?: never;
        /**
         * Delete an activity
         * @description For good.
         */
        delete: operations["activities_delete"];
        options?: never;
        head?: never;
        /**
         * Change an activity
         * @description Fields left out stay. `metadata` are replaced whole. The type is fixed, and one link must remain.
         */
        patch: operations["activities_update"];
        trace?: never;
    };
    "/api/v1/activities/upsert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change an activity, or create it
         * @description By the value of a field. Several records with it are refused.
         */
        post: operations["activities_upsert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activities/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create, change and delete many activities
         * @description In one transaction. An item that fails costs only itself, unless `atomic` is sent.
         */
        post: operations["activities_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity-schemas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the schema of each type’s metadata
         * @description JSON Schema, 2020-12.
         */
        get: operations["activities_schemas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imports
         * @description Newest first.
         */
        get: operations["imports_list"];
        put?: never;
        /**
         * Begin an import
         * @description Step 1 of 5. The answer tells where to send the file.
         */
        post: operations["imports_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send the file
         * @description Step 2 of 5. The address is `upload_url` of step 1, signed and good for an hour; the body is the bytes of the file, of any content type, or a multipart form with the file. An upload that breaks off leaves what was there before it; another one takes its place.
         */
        put: operations["imports_upload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/complete-upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview the file
         * @description Step 3 of 5. The whole file is looked through: a table of text, in Unicode or an older code page, with comma, semicolon, tab, bar or caret between cells; an XLSX workbook; or vCards of contacts. May be repeated, with other options too, until the import is confirmed.
         */
        post: operations["imports_completeUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run an import, or try it out
         * @description Step 4 of 5. What is wrong with the options is told at once. After a dry run the same job may be confirmed again within 24 hours.
         */
        post: operations["imports_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an import
         * @description Step 5 of 5. The counters move while it runs.
         */
        get: operations["imports_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the options of an import
         * @description With which it was confirmed, as a body to confirm the next file with.
         */
        get: operations["imports_again"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what became of rows
         * @description In the order of the file, lines that are no rows first. Rows that were skipped have the record that they met. Kept for 7 days after the end; of a dry run until the import is confirmed again.
         */
        get: operations["imports_listRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was wrong with rows
         * @description In the order of the rows; kept for 30 days. After an undoing also what it left alone.
         */
        get: operations["imports_listErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/errors.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the refused rows as a file
         * @description To be corrected and imported again: the columns of the file, and behind them `import_error`. No envelope. Cells that a spreadsheet would take for formulas begin with an apostrophe, which is taken off again when the file comes back.
         */
        get: operations["imports_errorsFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an import
         * @description At once: what was done stays, and is counted.
         */
        post: operations["imports_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo an import
         * @description Within 7 days: records that it made are deleted; those that it changed get their earlier values back, unless they were changed since, which `conflict_count` counts and GET /imports/:id/errors lists.
         */
        post: operations["imports_undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the change feed
         * @description Every change to a contact, company, project or activity, kept for 30 days, **oldest first**. No event ever appears behind a cursor that was given out, and those of one record come in the order they took effect. Keep `next_cursor` and give it as `after` next time.
         */
        get: operations["events_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook endpoints
         * @description Newest first.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        get: operations["webhooks_list"];
        put?: never;
        /**
         * Create a webhook endpoint
         * @description Events of these types are sent to it from now on, signed by Standard Webhooks 1.0. Shows the secret, once.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        post: operations["webhooks_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook endpoint
         * @description **Callers:** owners, admins, OAuth apps.
         */
        get: operations["webhooks_get"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook endpoint
         * @description With its deliveries; nothing more is sent to it.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        delete: operations["webhooks_delete"];
        options?: never;
        head?: never;
        /**
         * Change a webhook endpoint
         * @description Fields left out stay. What waits for the URL of before, or while it is switched off, is cancelled when it comes due.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        patch: operations["webhooks_update"];
        trace?: never;
    };
    "/api/v1/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook endpoint a new secret
         * @description For 24 hours the secret of before signs too, so that the receiver can be changed in peace.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        post: operations["webhooks_rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Sends `webhook.test`, whatever types the endpoint wants. Answers at once: get the delivery to see what came of it.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        post: operations["webhooks_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries of a webhook endpoint
         * @description Newest first, each with its attempts; kept for 30 days.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        get: operations["webhooks_listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a delivery
         * @description **Callers:** owners, admins, OAuth apps.
         */
        get: operations["webhooks_getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries/{delivery_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a delivery again
         * @description At once, whatever came of it before, under the same id.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        post: operations["webhooks_retryDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again what happened since a time
         * @description The events of the types that the endpoint wants, under their ids, delivered before or not, the oldest first. Of an account at most 100,000 deliveries wait; `missed_since` says from where a replay goes on for which there was no room.
         *
         *     **Callers:** owners, admins, OAuth apps.
         */
        post: operations["webhooks_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptInvitationInput: {
            /**
             * @description `token` of the link in the mail.
             * @example Zm9yIGV4YW1wbGUgb25seSwgbm90IGZv
             */
            token: string;
            /**
             * @description 8–128 characters; taken exactly as sent.
             * @example correct-horse-battery
             */
            password: string;
            /**
             * @description Your name, if the invitation has it wrong.
             * @example Grace Hopper
             */
            name?: string | null;
        };
        AccountDetailView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            id: string;
            /** @example Analytical Engines */
            name: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /** @description What has stopped until an owner confirms it, because it was made before the owner proved the e-mail address; of each kind at most 100, and none that the caller may not read. */
            suspended: components["schemas"]["SuspendedView"];
        };
        AccountView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            id: string;
            /** @example Analytical Engines */
            name: string;
        };
        ActivitySchemasView: {
            /**
             * @description A JSON Schema.
             * @example {
             *       "$schema": "https://json-schema.org/draft/2020-12/schema",
             *       "title": "Metadata of a call",
             *       "type": "object",
             *       "additionalProperties": false,
             *       "properties": {
             *         "direction": {
             *           "type": "string",
             *           "enum": [
             *             "inbound",
             *             "outbound"
             *           ],
             *           "description": "Who called."
             *         },
             *         "outcome": {
             *           "type": "string",
             *           "enum": [
             *             "connected",
             *             "voicemail",
             *             "no_answer",
             *             "busy"
             *           ],
             *           "description": "What became of it."
             *         },
             *         "duration_seconds": {
             *           "type": "integer",
             *           "minimum": 0,
             *           "maximum": 9007199254740991,
             *           "description": "How long it took, in seconds."
             *         },
             *         "notes": {
             *           "type": "string",
             *           "maxLength": 20000,
             *           "description": "Notes."
             *         }
             *       }
             *     }
             */
            call: {
                [key: string]: unknown;
            };
            /**
             * @description A JSON Schema.
             * @example {
             *       "$schema": "https://json-schema.org/draft/2020-12/schema",
             *       "title": "Metadata of an e-mail",
             *       "type": "object",
             *       "additionalProperties": false,
             *       "properties": {
             *         "direction": {
             *           "type": "string",
             *           "enum": [
             *             "sent",
             *             "received"
             *           ],
             *           "description": "Who wrote."
             *         },
             *         "subject": {
             *           "type": "string",
             *           "maxLength": 500,
             *           "description": "Subject."
             *         },
             *         "body": {
             *           "type": "string",
             *           "maxLength": 20000,
             *           "description": "Text."
             *         },
             *         "source": {
             *           "type": "string",
             *           "enum": [
             *             "manual",
             *             "bcc"
             *           ],
             *           "description": "How it came here."
             *         }
             *       }
             *     }
             */
            email: {
                [key: string]: unknown;
            };
            /**
             * @description A JSON Schema.
             * @example {
             *       "$schema": "https://json-schema.org/draft/2020-12/schema",
             *       "title": "Metadata of a meeting",
             *       "type": "object",
             *       "additionalProperties": false,
             *       "properties": {
             *         "subject": {
             *           "type": "string",
             *           "maxLength": 500,
             *           "description": "What it is about."
             *         },
             *         "location": {
             *           "type": "string",
             *           "maxLength": 500,
             *           "description": "Where it is."
             *         },
             *         "duration_minutes": {
             *           "type": "integer",
             *           "minimum": 0,
             *           "maximum": 9007199254740991,
             *           "description": "How long it takes, in minutes."
             *         },
             *         "outcome": {
             *           "type": "string",
             *           "enum": [
             *             "completed",
             *             "cancelled",
             *             "no_show"
             *           ],
             *           "description": "What became of it."
             *         },
             *         "notes": {
             *           "type": "string",
             *           "maxLength": 20000,
             *           "description": "Notes."
             *         }
             *       }
             *     }
             */
            meeting: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "id": "0190a6c0-5b24-7f90-8ba7-8ecf7293dbe6",
         *       "account_id": "0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4",
         *       "created_by": "0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5",
         *       "created_by_name": "Ada Lovelace",
         *       "external_id": null,
         *       "activity_type": "call",
         *       "contact_id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92",
         *       "contact_name": "Grace Hopper",
         *       "company_id": "0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81",
         *       "company_name": "Acme GmbH",
         *       "project_id": null,
         *       "project_name": "",
         *       "occurred_at": "2026-01-31T09:30:00.000Z",
         *       "metadata": {
         *         "direction": "outbound",
         *         "outcome": "connected",
         *         "duration_seconds": 240
         *       },
         *       "created_at": "2026-01-31T09:30:00.000Z",
         *       "updated_at": "2026-01-31T09:30:00.000Z",
         *       "version": 3
         *     }
         */
        ActivityView: components["schemas"]["CallView"] | components["schemas"]["EmailView"] | components["schemas"]["MeetingView"];
        AttemptView: {
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            at: string;
            /**
             * @description Of the answer; null: there was none.
             * @example 200
             */
            status: number | null;
            /**
             * @description Null on success.
             * @example null
             * @enum {string|null}
             */
            failure: "dns" | "connect" | "tls" | "timeout" | "refused_address" | "too_large" | "status" | null;
            /** @example 84 */
            duration_ms: number;
            /**
             * @description How the answer begins: at most 2,048 bytes of its body.
             * @example ok
             */
            response_start: string;
        };
        BulkActivitiesInput: {
            /**
             * @description What is to be done, in this order; later items see what earlier ones did.
             * @example [
             *       {
             *         "action": "create",
             *         "data": {
             *           "activity_type": "call",
             *           "contact_id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92"
             *         }
             *       }
             *     ]
             */
            items: {
                /**
                 * @description What is to be done.
                 * @enum {string}
                 */
                action: "create" | "update" | "upsert" | "delete";
                /**
                 * Format: uuid
                 * @description update, delete: the record.
                 */
                id?: string;
                /** @description upsert: how the record is found: external_id. */
                match_by?: string;
                /** @description update, delete: the version on which it is based. */
                if_version?: number;
                /** @description create, upsert: the body of a create; update: the body of a PATCH. */
                data?: components["schemas"]["CreateActivityInput"] | components["schemas"]["UpdateActivityInput"];
            }[];
            /**
             * @description Whether nothing is done if one item fails.
             * @default false
             * @example false
             */
            atomic?: boolean;
            /**
             * @description Whether everything is only tried out.
             * @default false
             * @example false
             */
            dry_run?: boolean;
            /**
             * @description What is answered of each record: its id and version, or all of it.
             * @default ids
             * @example ids
             * @enum {string}
             */
            return?: "ids" | "records";
        };
        BulkActivitiesView: {
            /** @example [] */
            results: {
                /** @description The place of the item in the request. */
                index: number;
                ok: boolean;
                /**
                 * @description Of an item that took effect.
                 * @enum {string}
                 */
                outcome?: "created" | "updated" | "unchanged" | "deleted";
                /** @description Of an item that took effect. */
                record?: {
                    /**
                     * Format: uuid
                     * @description Null: a dry run would make it.
                     */
                    id: string | null;
                    version: number;
                } | components["schemas"]["ActivityView"];
                /** @description Why the item failed. */
                error?: {
                    /** @description That of a call of its own. */
                    code: string;
                    message: string;
                    details?: components["schemas"]["ErrorDetail"][];
                };
            }[];
            /**
             * @description Items that made a record.
             * @example 1
             */
            created_count: number;
            /**
             * @description Items that changed a record.
             * @example 0
             */
            updated_count: number;
            /**
             * @description Items that found everything as they want it.
             * @example 0
             */
            unchanged_count: number;
            /**
             * @description Items that deleted a record.
             * @example 0
             */
            deleted_count: number;
            /**
             * @description Items that failed.
             * @example 0
             */
            failed_count: number;
            /**
             * @description There are more than 8 MiB of records; of the later ones there are id and version.
             * @example true
             * @enum {boolean}
             */
            records_cut?: true;
        };
        BulkCompaniesInput: {
            /**
             * @description What is to be done, in this order; later items see what earlier ones did.
             * @example [
             *       {
             *         "action": "create",
             *         "data": {
             *           "name": "Acme GmbH",
             *           "domain": "acme.example"
             *         }
             *       }
             *     ]
             */
            items: {
                /**
                 * @description What is to be done.
                 * @enum {string}
                 */
                action: "create" | "update" | "upsert" | "delete";
                /**
                 * Format: uuid
                 * @description update, delete: the record.
                 */
                id?: string;
                /** @description upsert: how the record is found: external_id, domain, name. */
                match_by?: string;
                /** @description update, delete: the version on which it is based. */
                if_version?: number;
                /** @description create, upsert: the body of a create; update: the body of a PATCH. */
                data?: components["schemas"]["CreateCompanyInput"] | components["schemas"]["UpdateCompanyInput"];
            }[];
            /**
             * @description Whether nothing is done if one item fails.
             * @default false
             * @example false
             */
            atomic?: boolean;
            /**
             * @description Whether everything is only tried out.
             * @default false
             * @example false
             */
            dry_run?: boolean;
            /**
             * @description What is answered of each record: its id and version, or all of it.
             * @default ids
             * @example ids
             * @enum {string}
             */
            return?: "ids" | "records";
        };
        BulkCompaniesView: {
            /** @example [] */
            results: {
                /** @description The place of the item in the request. */
                index: number;
                ok: boolean;
                /**
                 * @description Of an item that took effect.
                 * @enum {string}
                 */
                outcome?: "created" | "updated" | "unchanged" | "deleted";
                /** @description Of an item that took effect. */
                record?: {
                    /**
                     * Format: uuid
                     * @description Null: a dry run would make it.
                     */
                    id: string | null;
                    version: number;
                } | components["schemas"]["CompanyView"];
                /** @description Why the item failed. */
                error?: {
                    /** @description That of a call of its own. */
                    code: string;
                    message: string;
                    details?: components["schemas"]["ErrorDetail"][];
                };
            }[];
            /**
             * @description Items that made a record.
             * @example 1
             */
            created_count: number;
            /**
             * @description Items that changed a record.
             * @example 0
             */
            updated_count: number;
            /**
             * @description Items that found everything as they want it.
             * @example 0
             */
            unchanged_count: number;
            /**
             * @description Items that deleted a record.
             * @example 0
             */
            deleted_count: number;
            /**
             * @description Items that failed.
             * @example 0
             */
            failed_count: number;
            /**
             * @description There are more than 8 MiB of records; of the later ones there are id and version.
             * @example true
             * @enum {boolean}
             */
            records_cut?: true;
        };
        BulkContactsInput: {
            /**
             * @description What is to be done, in this order; later items see what earlier ones did.
             * @example [
             *       {
             *         "action": "create",
             *         "data": {
             *           "first_name": "Grace",
             *           "last_name": "Hopper",
             *           "email": "grace@acme.example"
             *         }
             *       }
             *     ]
             */
            items: {
                /**
                 * @description What is to be done.
                 * @enum {string}
                 */
                action: "create" | "update" | "upsert" | "delete";
                /**
                 * Format: uuid
                 * @description update, delete: the record.
                 */
                id?: string;
                /** @description upsert: how the record is found: external_id, email. */
                match_by?: string;
                /** @description update, delete: the version on which it is based. */
                if_version?: number;
                /** @description create, upsert: the body of a create; update: the body of a PATCH. */
                data?: components["schemas"]["CreateContactInput"] | components["schemas"]["UpdateContactInput"];
            }[];
            /**
             * @description Whether nothing is done if one item fails.
             * @default false
             * @example false
             */
            atomic?: boolean;
            /**
             * @description Whether everything is only tried out.
             * @default false
             * @example false
             */
            dry_run?: boolean;
            /**
             * @description What is answered of each record: its id and version, or all of it.
             * @default ids
             * @example ids
             * @enum {string}
             */
            return?: "ids" | "records";
        };
        BulkContactsView: {
            /** @example [] */
            results: {
                /** @description The place of the item in the request. */
                index: number;
                ok: boolean;
                /**
                 * @description Of an item that took effect.
                 * @enum {string}
                 */
                outcome?: "created" | "updated" | "unchanged" | "deleted";
                /** @description Of an item that took effect. */
                record?: {
                    /**
                     * Format: uuid
                     * @description Null: a dry run would make it.
                     */
                    id: string | null;
                    version: number;
                } | components["schemas"]["ContactView"];
                /** @description Why the item failed. */
                error?: {
                    /** @description That of a call of its own. */
                    code: string;
                    message: string;
                    details?: components["schemas"]["ErrorDetail"][];
                };
            }[];
            /**
             * @description Items that made a record.
             * @example 1
             */
            created_count: number;
            /**
             * @description Items that changed a record.
             * @example 0
             */
            updated_count: number;
            /**
             * @description Items that found everything as they want it.
             * @example 0
             */
            unchanged_count: number;
            /**
             * @description Items that deleted a record.
             * @example 0
             */
            deleted_count: number;
            /**
             * @description Items that failed.
             * @example 0
             */
            failed_count: number;
            /**
             * @description There are more than 8 MiB of records; of the later ones there are id and version.
             * @example true
             * @enum {boolean}
             */
            records_cut?: true;
        };
        BulkProjectsInput: {
            /**
             * @description What is to be done, in this order; later items see what earlier ones did.
             * @example [
             *       {
             *         "action": "create",
             *         "data": {
             *           "name": "Website"
             *         }
             *       }
             *     ]
             */
            items: {
                /**
                 * @description What is to be done.
                 * @enum {string}
                 */
                action: "create" | "update" | "upsert" | "delete";
                /**
                 * Format: uuid
                 * @description update, delete: the record.
                 */
                id?: string;
                /** @description upsert: how the record is found: external_id. */
                match_by?: string;
                /** @description update, delete: the version on which it is based. */
                if_version?: number;
                /** @description create, upsert: the body of a create; update: the body of a PATCH. */
                data?: components["schemas"]["CreateProjectInput"] | components["schemas"]["UpdateProjectInput"];
            }[];
            /**
             * @description Whether nothing is done if one item fails.
             * @default false
             * @example false
             */
            atomic?: boolean;
            /**
             * @description Whether everything is only tried out.
             * @default false
             * @example false
             */
            dry_run?: boolean;
            /**
             * @description What is answered of each record: its id and version, or all of it.
             * @default ids
             * @example ids
             * @enum {string}
             */
            return?: "ids" | "records";
        };
        BulkProjectsView: {
            /** @example [] */
            results: {
                /** @description The place of the item in the request. */
                index: number;
                ok: boolean;
                /**
                 * @description Of an item that took effect.
                 * @enum {string}
                 */
                outcome?: "created" | "updated" | "unchanged" | "deleted";
                /** @description Of an item that took effect. */
                record?: {
                    /**
                     * Format: uuid
                     * @description Null: a dry run would make it.
                     */
                    id: string | null;
                    version: number;
                } | components["schemas"]["ProjectView"];
                /** @description Why the item failed. */
                error?: {
                    /** @description That of a call of its own. */
                    code: string;
                    message: string;
                    details?: components["schemas"]["ErrorDetail"][];
                };
            }[];
            /**
             * @description Items that made a record.
             * @example 1
             */
            created_count: number;
            /**
             * @description Items that changed a record.
             * @example 0
             */
            updated_count: number;
            /**
             * @description Items that found everything as they want it.
             * @example 0
             */
            unchanged_count: number;
            /**
             * @description Items that deleted a record.
             * @example 0
             */
            deleted_count: number;
            /**
             * @description Items that failed.
             * @example 0
             */
            failed_count: number;
            /**
             * @description There are more than 8 MiB of records; of the later ones there are id and version.
             * @example true
             * @enum {boolean}
             */
            records_cut?: true;
        };
        CallView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b24-7f90-8ba7-8ecf7293dbe6
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @description Follows from `created_by`; empty without one.
             * @example Ada Lovelace
             */
            created_by_name: string;
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example null
             */
            external_id: string | null;
            /**
             * @description What it was; cannot be changed. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            activity_type: "call";
            /**
             * Format: uuid
             * @description The contact it happened with; null: none.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            contact_id: string | null;
            /**
             * @description First and last name; follows from `contact_id`, empty without one.
             * @example Grace Hopper
             */
            contact_name: string;
            /**
             * Format: uuid
             * @description The company it happened with; null: none.
             * @example 0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81
             */
            company_id: string | null;
            /**
             * @description Follows from `company_id`; empty without one.
             * @example Acme GmbH
             */
            company_name: string;
            /**
             * Format: uuid
             * @description The project it belongs to; null: none.
             * @example null
             */
            project_id: string | null;
            /**
             * @description Follows from `project_id`; empty without one.
             * @example
             */
            project_name: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000Z
             */
            occurred_at: string;
            /**
             * Metadata of a call
             * @description By the schema of its type.
             * @example {
             *       "direction": "outbound",
             *       "outcome": "connected",
             *       "duration_seconds": 240
             *     }
             */
            metadata: {
                /**
                 * @description Who called.
                 * @enum {string}
                 */
                direction?: "inbound" | "outbound";
                /**
                 * @description What became of it.
                 * @enum {string}
                 */
                outcome?: "connected" | "voicemail" | "no_answer" | "busy";
                /** @description How long it took, in seconds. */
                duration_seconds?: number;
                /** @description Notes. */
                notes?: string;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description One more with each change; 1 when it was made. See `If-Match`.
             * @example 3
             */
            version: number;
        };
        ChangePasswordInput: {
            /**
             * @description The password of now.
             * @example correct-horse-battery
             */
            current_password: string;
            /**
             * @description The password to be: 8–128 characters.
             * @example staple-orbit-window-9
             */
            new_password: string;
        };
        CompanyView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example null
             */
            external_id: string | null;
            /**
             * @description What the company is called.
             * @example Acme GmbH
             */
            name: string;
            /**
             * @description Domain of its e-mail addresses, in any form.
             * @example acme.example
             */
            domain: string;
            /**
             * @description Industry.
             * @example Mechanical engineering
             */
            industry: string;
            /**
             * @description Website.
             * @example https://acme.example
             */
            website: string;
            /**
             * @description Page on LinkedIn.
             * @example https://linkedin.com/company/acme
             */
            linkedin_url: string;
            /**
             * @description Phone number, in any form.
             * @example +49 30 901820
             */
            phone: string;
            /**
             * @description Street and number.
             * @example Unter den Linden 1
             */
            address: string;
            /**
             * @description City.
             * @example Berlin
             */
            city: string;
            /**
             * @description State or region.
             * @example Berlin
             */
            state: string;
            /**
             * @description Postal code.
             * @example 10117
             */
            zip_code: string;
            /**
             * @description Country.
             * @example Germany
             */
            country: string;
            /**
             * @description Notes.
             * @example Met at the trade fair.
             */
            notes: string;
            /**
             * @description How many people work there; null: unknown.
             * @example 120
             */
            employee_count: number | null;
            /**
             * @description Revenue of a year, in cents; null: unknown.
             * @example 1250000000
             */
            annual_revenue: number | null;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags: string[];
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields: {
                [key: string]: string | number | boolean;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description One more with each change; 1 when it was made. See `If-Match`.
             * @example 3
             */
            version: number;
        };
        CompleteUploadInput: {
            /**
             * @description How the file is encoded; without this it is guessed from its letters.
             * @example utf-8
             * @enum {string}
             */
            encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1250" | "windows-1251" | "windows-1252" | "windows-1253" | "windows-1254" | "iso-8859-2" | "iso-8859-9" | "iso-8859-15" | "shift_jis" | "gb18030" | "big5" | "euc-kr" | "macintosh";
            /**
             * @description What stands between the cells; without this it is found out.
             * @example ,
             * @enum {string}
             */
            delimiter?: "," | ";" | "\t" | "|" | "^";
            /**
             * @description Whether the file has a header; without this it is found out. The columns of a file without one are called `Column 1` and so on.
             * @example true
             */
            has_header?: boolean;
            /**
             * @description The number of the line with the header, as spreadsheets count: blank lines too. Without this it is found out.
             * @example 1
             */
            header_row?: number;
            /**
             * @description Of a workbook the name of the sheet to read, or its number among those that are not hidden, from 1. Without this it is the first of these that has something in it.
             * @example 1
             */
            sheet?: number | string;
        };
        ConfirmImportInput: {
            /**
             * @description Which column goes where: an object from headers to fields, both from the preview. What is left out, or null, is not imported.
             * @example {
             *       "First Name": "first_name",
             *       "E-mail": "email"
             *     }
             */
            column_mapping: {
                [key: string]: string | null;
            };
            /**
             * @description What becomes of a row about a record that is there already, or came earlier in the file: contacts are recognised by their e-mail address, companies by their domain, else their name, sources by their name.
             * @default skip
             * @example skip
             * @enum {string}
             */
            on_duplicate?: "skip" | "update" | "create";
            /**
             * @description Whether to count and to check everything, and to change nothing.
             * @default false
             * @example false
             */
            dry_run?: boolean;
            /**
             * @description What identifies the record of a row, if not what is usual for its kind (null). Of contacts `id`, `email` (usual), `phone` or `name_and_company`; of companies `id`, `domain` or `name` (usual: the domain, else the name); of sources `id` or `name` (usual); of contacts and companies `custom_fields.<id>` of a unique one too. A column must be mapped to it.
             * @example email
             */
            match_by?: string | null;
            /**
             * @description Values for every row, by field, for what the row leaves empty: texts as a cell has them, or values as the API has them. What identifies a row has no default.
             * @example {
             *       "source_name": "Trade fair",
             *       "tags": [
             *         "fair"
             *       ]
             *     }
             */
            defaults?: {
                [key: string]: unknown;
            };
            /**
             * @description Whether the tags of a row are added to those of the record that it updates, or replace them.
             * @default add
             * @example add
             * @enum {string}
             */
            tags_mode?: "add" | "replace";
            /**
             * @description Whether an empty cell leaves the field of the record that its row updates as it is, or clears it.
             * @default keep
             * @example keep
             * @enum {string}
             */
            empty_cells?: "keep" | "clear";
            /**
             * @description In which order a date such as 3/4/2026 is written; `auto`: as other cells of the column tell.
             * @default auto
             * @example auto
             * @enum {string}
             */
            date_order?: "auto" | "dmy" | "mdy" | "ymd";
            /**
             * @description What stands before decimals; `auto`: as other cells of the column tell.
             * @default auto
             * @example auto
             * @enum {string}
             */
            decimal?: "auto" | "point" | "comma";
            /**
             * @description Whether a cell that cannot be read is left out and told, or costs its row.
             * @default leave_out
             * @example leave_out
             * @enum {string}
             */
            on_invalid_cell?: "leave_out" | "refuse_row";
            /**
             * @description What becomes of a new contact without a first name: it gets the full name, the last name, the company or the part of the e-mail address before the @ instead, which is told, or its row is refused.
             * @default use_other
             * @example use_other
             * @enum {string}
             */
            when_name_missing?: "use_other" | "refuse";
            /**
             * @description Whether columns that the mapping does not name become custom fields, of texts; a column that it maps to null does not. For owners and admins. A dry run makes none.
             * @default false
             * @example false
             */
            create_custom_fields?: boolean;
        };
        ContactView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example null
             */
            external_id: string | null;
            /**
             * @description Given name.
             * @example Grace
             */
            first_name: string;
            /**
             * @description Family name.
             * @example Hopper
             */
            last_name: string;
            /**
             * @description E-mail address, in any form.
             * @example grace@acme.example
             */
            email: string;
            /**
             * @description Phone number, in any form.
             * @example +49 30 901820
             */
            phone: string;
            /**
             * @description Job title.
             * @example Head of research
             */
            job_title: string;
            /**
             * @description Street and number.
             * @example Unter den Linden 1
             */
            address: string;
            /**
             * @description City.
             * @example Berlin
             */
            city: string;
            /**
             * @description State or region.
             * @example Berlin
             */
            state: string;
            /**
             * @description Postal code.
             * @example 10117
             */
            zip_code: string;
            /**
             * @description Country.
             * @example Germany
             */
            country: string;
            /**
             * @description Notes.
             * @example Met at the trade fair.
             */
            notes: string;
            /**
             * Format: uuid
             * @description The company the contact works for; null: none.
             * @example 0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81
             */
            company_id: string | null;
            /**
             * @description Follows from `company_id`; empty without one.
             * @example Acme GmbH
             */
            company_name: string;
            /**
             * Format: uuid
             * @description Where the contact comes from; null: unknown. An archived source may stay, but not be newly set.
             * @example 0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70
             */
            source_id: string | null;
            /**
             * @description Follows from `source_id`; empty without one.
             * @example Trade fair
             */
            source_name: string;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags: string[];
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields: {
                [key: string]: string | number | boolean;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description One more with each change; 1 when it was made. See `If-Match`.
             * @example 3
             */
            version: number;
        };
        /**
         * @example {
         *       "activity_type": "call",
         *       "contact_id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92",
         *       "company_id": null,
         *       "project_id": null,
         *       "occurred_at": "2026-01-31T09:30:00Z",
         *       "metadata": {
         *         "direction": "outbound",
         *         "outcome": "connected",
         *         "duration_seconds": 240
         *       }
         *     }
         */
        CreateActivityInput: components["schemas"]["CreateCallInput"] | components["schemas"]["CreateEmailInput"] | components["schemas"]["CreateMeetingInput"];
        /**
         * @example {
         *       "activity_type": "call",
         *       "contact_id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92",
         *       "company_id": null,
         *       "project_id": null,
         *       "occurred_at": "2026-01-31T09:30:00Z",
         *       "metadata": {
         *         "direction": "outbound",
         *         "outcome": "connected",
         *         "duration_seconds": 240
         *       }
         *     }
         */
        CreateCallInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description What it was; cannot be changed. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            activity_type: "call";
            /**
             * Format: uuid
             * @description The contact it happened with; null: none.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            contact_id?: string | null;
            /**
             * @description The `external_id` of a contact, in place of `contact_id`; null: none.
             * @example contact-4711
             */
            contact_external_id?: string | null;
            /**
             * Format: uuid
             * @description The company it happened with; null: none.
             * @example null
             */
            company_id?: string | null;
            /**
             * @description The `external_id` of a company, in place of `company_id`; null: none.
             * @example company-4711
             */
            company_external_id?: string | null;
            /**
             * Format: uuid
             * @description The project it belongs to; null: none.
             * @example null
             */
            project_id?: string | null;
            /**
             * @description The `external_id` of a project, in place of `project_id`; null: none.
             * @example project-4711
             */
            project_external_id?: string | null;
            /**
             * Format: date-time
             * @description When it happened; left out: now.
             * @example 2026-01-31T09:30:00Z
             */
            occurred_at?: string;
            /**
             * Metadata of a call
             * @description What there is to tell of it, by the schema of the type (GET /activity-schemas); the whole object.
             * @example {
             *       "direction": "outbound",
             *       "outcome": "connected",
             *       "duration_seconds": 240
             *     }
             */
            metadata?: {
                /**
                 * @description Who called.
                 * @enum {string}
                 */
                direction?: "inbound" | "outbound";
                /**
                 * @description What became of it.
                 * @enum {string}
                 */
                outcome?: "connected" | "voicemail" | "no_answer" | "busy";
                /** @description How long it took, in seconds. */
                duration_seconds?: number;
                /** @description Notes. */
                notes?: string;
            } | null;
        };
        /**
         * @example {
         *       "name": "Acme GmbH",
         *       "domain": "acme.example",
         *       "industry": "Mechanical engineering",
         *       "website": "https://acme.example",
         *       "linkedin_url": "https://linkedin.com/company/acme",
         *       "phone": "+49 30 901820",
         *       "address": "Unter den Linden 1",
         *       "city": "Berlin",
         *       "state": "Berlin",
         *       "zip_code": "10117",
         *       "country": "Germany",
         *       "notes": "Met at the trade fair.",
         *       "employee_count": 120,
         *       "annual_revenue": 1250000000,
         *       "tags": [
         *         "vip",
         *         "eu"
         *       ],
         *       "custom_fields": {}
         *     }
         */
        CreateCompanyInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description What the company is called.
             * @example Acme GmbH
             */
            name: string;
            /**
             * @description Domain of its e-mail addresses, in any form.
             * @example acme.example
             */
            domain?: string | null;
            /**
             * @description Industry.
             * @example Mechanical engineering
             */
            industry?: string | null;
            /**
             * @description Website.
             * @example https://acme.example
             */
            website?: string | null;
            /**
             * @description Page on LinkedIn.
             * @example https://linkedin.com/company/acme
             */
            linkedin_url?: string | null;
            /**
             * @description Phone number, in any form.
             * @example +49 30 901820
             */
            phone?: string | null;
            /**
             * @description Street and number.
             * @example Unter den Linden 1
             */
            address?: string | null;
            /**
             * @description City.
             * @example Berlin
             */
            city?: string | null;
            /**
             * @description State or region.
             * @example Berlin
             */
            state?: string | null;
            /**
             * @description Postal code.
             * @example 10117
             */
            zip_code?: string | null;
            /**
             * @description Country.
             * @example Germany
             */
            country?: string | null;
            /**
             * @description Notes.
             * @example Met at the trade fair.
             */
            notes?: string | null;
            /**
             * @description How many people work there; null: unknown.
             * @example 120
             */
            employee_count?: number | null;
            /**
             * @description Revenue of a year, in cents; null: unknown.
             * @example 1250000000
             */
            annual_revenue?: number | null;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags?: string[] | null;
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields?: {
                [key: string]: string | number | boolean | null;
            } | null;
        };
        /**
         * @example {
         *       "first_name": "Grace",
         *       "last_name": "Hopper",
         *       "email": "grace@acme.example",
         *       "phone": "+49 30 901820",
         *       "job_title": "Head of research",
         *       "address": "Unter den Linden 1",
         *       "city": "Berlin",
         *       "state": "Berlin",
         *       "zip_code": "10117",
         *       "country": "Germany",
         *       "notes": "Met at the trade fair.",
         *       "company_id": null,
         *       "source_id": null,
         *       "tags": [
         *         "vip",
         *         "eu"
         *       ],
         *       "custom_fields": {}
         *     }
         */
        CreateContactInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description Given name.
             * @example Grace
             */
            first_name: string;
            /**
             * @description Family name.
             * @example Hopper
             */
            last_name?: string | null;
            /**
             * @description E-mail address, in any form.
             * @example grace@acme.example
             */
            email?: string | null;
            /**
             * @description Phone number, in any form.
             * @example +49 30 901820
             */
            phone?: string | null;
            /**
             * @description Job title.
             * @example Head of research
             */
            job_title?: string | null;
            /**
             * @description Street and number.
             * @example Unter den Linden 1
             */
            address?: string | null;
            /**
             * @description City.
             * @example Berlin
             */
            city?: string | null;
            /**
             * @description State or region.
             * @example Berlin
             */
            state?: string | null;
            /**
             * @description Postal code.
             * @example 10117
             */
            zip_code?: string | null;
            /**
             * @description Country.
             * @example Germany
             */
            country?: string | null;
            /**
             * @description Notes.
             * @example Met at the trade fair.
             */
            notes?: string | null;
            /**
             * Format: uuid
             * @description The company the contact works for; null: none.
             * @example null
             */
            company_id?: string | null;
            /**
             * @description The `external_id` of a company, in place of `company_id`; null: none.
             * @example company-4711
             */
            company_external_id?: string | null;
            /**
             * Format: uuid
             * @description Where the contact comes from; null: unknown. An archived source may stay, but not be newly set.
             * @example null
             */
            source_id?: string | null;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags?: string[] | null;
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields?: {
                [key: string]: string | number | boolean | null;
            } | null;
        };
        CreateCustomFieldInput: {
            /**
             * @description What kind of records has it; cannot be changed.
             * @example contact
             * @enum {string}
             */
            entity_type: "contact" | "company" | "project";
            /**
             * @description What people call it; unlike all others of this entity type, whatever its case.
             * @example Customer level
             */
            label: string;
            /**
             * @description What its values are; cannot be changed.
             * @example enum
             * @enum {string}
             */
            field_type: "text" | "number" | "date" | "boolean" | "enum";
            /**
             * @description Of an enum: what it may be, in the order to offer.
             * @example [
             *       "gold",
             *       "silver"
             *     ]
             */
            options?: string[] | null;
            /**
             * @description Whether every new record must have a value, which then cannot be removed.
             * @default false
             * @example false
             */
            required?: boolean;
            /**
             * @description Whether no two records have the same value: of a text, a number or a date, and of at most five fields of an entity type. Texts are the same whatever their case.
             * @default false
             * @example false
             */
            unique?: boolean;
            /**
             * @description The list is in this order, equal ones in the order of their making.
             * @default 0
             * @example 0
             */
            display_order?: number;
        };
        /**
         * @example {
         *       "activity_type": "email",
         *       "contact_id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92",
         *       "company_id": null,
         *       "project_id": null,
         *       "occurred_at": "2026-01-31T09:30:00Z",
         *       "metadata": {
         *         "direction": "sent",
         *         "subject": "Our offer",
         *         "source": "manual"
         *       }
         *     }
         */
        CreateEmailInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description What it was; cannot be changed. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            activity_type: "email";
            /**
             * Format: uuid
             * @description The contact it happened with; null: none.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            contact_id?: string | null;
            /**
             * @description The `external_id` of a contact, in place of `contact_id`; null: none.
             * @example contact-4711
             */
            contact_external_id?: string | null;
            /**
             * Format: uuid
             * @description The company it happened with; null: none.
             * @example null
             */
            company_id?: string | null;
            /**
             * @description The `external_id` of a company, in place of `company_id`; null: none.
             * @example company-4711
             */
            company_external_id?: string | null;
            /**
             * Format: uuid
             * @description The project it belongs to; null: none.
             * @example null
             */
            project_id?: string | null;
            /**
             * @description The `external_id` of a project, in place of `project_id`; null: none.
             * @example project-4711
             */
            project_external_id?: string | null;
            /**
             * Format: date-time
             * @description When it happened; left out: now.
             * @example 2026-01-31T09:30:00Z
             */
            occurred_at?: string;
            /**
             * Metadata of an e-mail
             * @description What there is to tell of it, by the schema of the type (GET /activity-schemas); the whole object.
             * @example {
             *       "direction": "sent",
             *       "subject": "Our offer",
             *       "source": "manual"
             *     }
             */
            metadata?: {
                /**
                 * @description Who wrote.
                 * @enum {string}
                 */
                direction?: "sent" | "received";
                /** @description Subject. */
                subject?: string;
                /** @description Text. */
                body?: string;
                /**
                 * @description How it came here.
                 * @enum {string}
                 */
                source?: "manual" | "bcc";
            } | null;
        };
        CreateImportInput: {
            /**
             * @description What the rows of the file are.
             * @example contacts
             * @enum {string}
             */
            model_type: "contacts" | "companies" | "sources";
            /**
             * @description What the file is called; for people.
             * @example contacts.csv
             */
            file_name: string;
            /**
             * @description What the file says it is; not relied upon.
             * @example text/csv
             */
            content_type?: string | null;
        };
        /**
         * @example {
         *       "activity_type": "meeting",
         *       "contact_id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92",
         *       "company_id": null,
         *       "project_id": null,
         *       "occurred_at": "2026-01-31T09:30:00Z",
         *       "metadata": {
         *         "subject": "Kick-off",
         *         "location": "Berlin",
         *         "duration_minutes": 60,
         *         "outcome": "completed"
         *       }
         *     }
         */
        CreateMeetingInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description What it was; cannot be changed. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            activity_type: "meeting";
            /**
             * Format: uuid
             * @description The contact it happened with; null: none.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            contact_id?: string | null;
            /**
             * @description The `external_id` of a contact, in place of `contact_id`; null: none.
             * @example contact-4711
             */
            contact_external_id?: string | null;
            /**
             * Format: uuid
             * @description The company it happened with; null: none.
             * @example null
             */
            company_id?: string | null;
            /**
             * @description The `external_id` of a company, in place of `company_id`; null: none.
             * @example company-4711
             */
            company_external_id?: string | null;
            /**
             * Format: uuid
             * @description The project it belongs to; null: none.
             * @example null
             */
            project_id?: string | null;
            /**
             * @description The `external_id` of a project, in place of `project_id`; null: none.
             * @example project-4711
             */
            project_external_id?: string | null;
            /**
             * Format: date-time
             * @description When it happened; left out: now.
             * @example 2026-01-31T09:30:00Z
             */
            occurred_at?: string;
            /**
             * Metadata of a meeting
             * @description What there is to tell of it, by the schema of the type (GET /activity-schemas); the whole object.
             * @example {
             *       "subject": "Kick-off",
             *       "location": "Berlin",
             *       "duration_minutes": 60,
             *       "outcome": "completed"
             *     }
             */
            metadata?: {
                /** @description What it is about. */
                subject?: string;
                /** @description Where it is. */
                location?: string;
                /** @description How long it takes, in minutes. */
                duration_minutes?: number;
                /**
                 * @description What became of it.
                 * @enum {string}
                 */
                outcome?: "completed" | "cancelled" | "no_show";
                /** @description Notes. */
                notes?: string;
            } | null;
        };
        CreateOAuthAppInput: {
            /**
             * @description What people call it.
             * @example Nightly export
             */
            name: string;
        };
        /**
         * @example {
         *       "name": "New website",
         *       "description": "Design and launch of the new website.",
         *       "stage": "active",
         *       "company_id": null,
         *       "assigned_to": null,
         *       "value": 1200000,
         *       "start_date": "2026-01-31",
         *       "end_date": "2026-06-30",
         *       "renewal_date": "2027-06-30",
         *       "is_retainer": false,
         *       "notes": "Kick-off in Berlin.",
         *       "tags": [
         *         "vip",
         *         "eu"
         *       ],
         *       "custom_fields": {}
         *     }
         */
        CreateProjectInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description What the project is called.
             * @example New website
             */
            name: string;
            /**
             * @description What it is about.
             * @example Design and launch of the new website.
             */
            description?: string | null;
            /**
             * @description How far it is.
             * @default proposal
             * @example active
             * @enum {string}
             */
            stage?: "proposal" | "active" | "review" | "complete" | "archived";
            /**
             * Format: uuid
             * @description The company the project is for; null: none.
             * @example null
             */
            company_id?: string | null;
            /**
             * @description The `external_id` of a company, in place of `company_id`; null: none.
             * @example company-4711
             */
            company_external_id?: string | null;
            /**
             * Format: uuid
             * @description The user who is responsible; null: nobody. One who is deactivated may stay, but not be newly set; nor may one who has not accepted the invitation.
             * @example null
             */
            assigned_to?: string | null;
            /**
             * @description What it is worth, in cents; null: unknown.
             * @example 1200000
             */
            value?: number | null;
            /**
             * Format: date
             * @description The first day; null: open.
             * @example 2026-01-31
             */
            start_date?: string | null;
            /**
             * Format: date
             * @description The last day, not before the first; null: open.
             * @example 2026-06-30
             */
            end_date?: string | null;
            /**
             * Format: date
             * @description When it is to be renewed; null: open.
             * @example 2027-06-30
             */
            renewal_date?: string | null;
            /**
             * @description Whether it is paid for regularly.
             * @default false
             * @example false
             */
            is_retainer?: boolean;
            /**
             * @description Notes.
             * @example Kick-off in Berlin.
             */
            notes?: string | null;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags?: string[] | null;
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields?: {
                [key: string]: string | number | boolean | null;
            } | null;
        };
        CreateSourceInput: {
            /**
             * @description What people call it.
             * @example Trade fair
             */
            name: string;
        };
        CreateWebhookInput: {
            /**
             * @description Where events are sent to: https, without user and password, to a name or a public address.
             * @example https://hooks.example.com/tideline
             */
            url: string;
            /**
             * @description What people call it.
             * @example Mailing list
             */
            description?: string | null;
            /**
             * @description The types of events that are sent to it.
             * @example [
             *       "contact.created",
             *       "contact.updated",
             *       "contact.deleted"
             *     ]
             */
            events: ("contact.created" | "contact.updated" | "contact.deleted" | "company.created" | "company.updated" | "company.deleted" | "project.created" | "project.updated" | "project.deleted" | "activity.created" | "activity.updated" | "activity.deleted")[];
            /**
             * @description Whether events are sent to it.
             * @default true
             * @example true
             */
            is_active?: boolean;
        };
        CreatedImportView: {
            job: components["schemas"]["ImportView"];
            /**
             * @description PUT the bytes of the file to it, within an hour. It needs no token.
             * @example https://crm.example.com/api/v1/imports/0190a6c0-5b28-7d34-8feb-c2a3b62c1adf/upload?expires=1767225600&signature=…
             */
            upload_url: string;
        };
        CustomFieldView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b22-7d7e-8f85-6cae5071b9c4
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * @example contact
             * @enum {string}
             */
            entity_type: "contact" | "company" | "project";
            /** @example Customer level */
            label: string;
            /**
             * @example enum
             * @enum {string}
             */
            field_type: "text" | "number" | "date" | "boolean" | "enum";
            /**
             * @description What an enum may be; null for the other types.
             * @example [
             *       "gold",
             *       "silver"
             *     ]
             */
            options: string[] | null;
            /**
             * @description Whether every new record must have a value, which then cannot be removed.
             * @example false
             */
            required: boolean;
            /**
             * @description Whether no two records have the same value.
             * @example false
             */
            unique: boolean;
            /**
             * @description The list is in this order.
             * @example 0
             */
            display_order: number;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
        };
        DeliveryView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b27-7c23-8eda-b1f2a51b09ce
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b26-7b12-9dc9-a0e1940af8bd
             */
            endpoint_id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b25-7a01-8cb8-9fd0839ef7ac
             */
            event_id: string;
            /**
             * @example contact.created
             * @enum {string}
             */
            event: "contact.created" | "contact.updated" | "contact.deleted" | "company.created" | "company.updated" | "company.deleted" | "project.created" | "project.updated" | "project.deleted" | "activity.created" | "activity.updated" | "activity.deleted" | "webhook.test";
            /**
             * @example succeeded
             * @enum {string}
             */
            status: "pending" | "succeeded" | "failed" | "cancelled";
            /** @example 1 */
            attempt_count: number;
            /**
             * Format: date-time
             * @description When it is tried next; null: no more.
             * @example null
             */
            next_attempt_at: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            attempts: components["schemas"]["AttemptView"][];
        };
        EmailView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b24-7f90-8ba7-8ecf7293dbe6
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @description Follows from `created_by`; empty without one.
             * @example Ada Lovelace
             */
            created_by_name: string;
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example null
             */
            external_id: string | null;
            /**
             * @description What it was; cannot be changed. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            activity_type: "email";
            /**
             * Format: uuid
             * @description The contact it happened with; null: none.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            contact_id: string | null;
            /**
             * @description First and last name; follows from `contact_id`, empty without one.
             * @example Grace Hopper
             */
            contact_name: string;
            /**
             * Format: uuid
             * @description The company it happened with; null: none.
             * @example 0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81
             */
            company_id: string | null;
            /**
             * @description Follows from `company_id`; empty without one.
             * @example Acme GmbH
             */
            company_name: string;
            /**
             * Format: uuid
             * @description The project it belongs to; null: none.
             * @example null
             */
            project_id: string | null;
            /**
             * @description Follows from `project_id`; empty without one.
             * @example
             */
            project_name: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000Z
             */
            occurred_at: string;
            /**
             * Metadata of an e-mail
             * @description By the schema of its type.
             * @example {
             *       "direction": "sent",
             *       "subject": "Our offer",
             *       "source": "manual"
             *     }
             */
            metadata: {
                /**
                 * @description Who wrote.
                 * @enum {string}
                 */
                direction?: "sent" | "received";
                /** @description Subject. */
                subject?: string;
                /** @description Text. */
                body?: string;
                /**
                 * @description How it came here.
                 * @enum {string}
                 */
                source?: "manual" | "bcc";
            };
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description One more with each change; 1 when it was made. See `If-Match`.
             * @example 3
             */
            version: number;
        };
        ErrorDetail: {
            /**
             * @description Which one, as a path.
             * @example name
             */
            field: string;
            /**
             * @description What is wrong with it.
             * @example name is required
             */
            message: string;
            /**
             * @description Of a conflict: the present value of the field, of any type.
             * @example Acme GmbH
             */
            current?: unknown;
            /**
             * Format: uuid
             * @description The record that has the value, where only one may have it.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            id?: string;
            /**
             * @description The records that share a value where only one may have it; some of them, if there are many.
             * @example [
             *       "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92"
             *     ]
             */
            ids?: string[];
        };
        ErrorListView: {
            items: components["schemas"]["ErrorView"][];
        };
        ErrorView: {
            /** @example sources.not_found */
            code: string;
            /** @example 404 */
            status: number;
            /** @example The source does not exist. */
            description: string;
            /**
             * @description What to do about it.
             * @example Check the id; records of other accounts count as not existing.
             */
            action: string;
            /**
             * @description Whether the same request may succeed later, unchanged.
             * @example false
             */
            retryable: boolean;
        };
        EventPageView: {
            items: components["schemas"]["EventView"][];
            /**
             * @description Give it as `after` to get what comes next. Always there: on an empty page it keeps the place.
             * @example b1Z0c2VjcmV0LWN1cnNvcg
             */
            next_cursor: string;
        };
        EventView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b25-7a01-8cb8-9fd0839ef7ac
             */
            id: string;
            /**
             * @example contact.updated
             * @enum {string}
             */
            event: "contact.created" | "contact.updated" | "contact.deleted" | "company.created" | "company.updated" | "company.deleted" | "project.created" | "project.updated" | "project.deleted" | "activity.created" | "activity.updated" | "activity.deleted";
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            timestamp: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * @description The record as GET gives it; of a deleted one the last state. Null when it is larger than 1 MiB.
             * @example {
             *       "id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92",
             *       "first_name": "Grace",
             *       "last_name": "Hopper"
             *     }
             */
            data: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The earlier values of what an update changed.
             * @example {
             *       "last_name": "Murray"
             *     }
             */
            previous?: {
                [key: string]: unknown;
            };
            /**
             * @description Why there is no data.
             * @example The record is larger than 1 MiB. Fetch it: GET /api/v1/contacts/0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            note?: string;
        };
        ForgotPasswordInput: {
            /**
             * Format: email
             * @description The address to sign in with; upper and lower case are the same.
             * @example ada@example.com
             */
            email: string;
        };
        ImportColumnView: {
            /** @example E-mail */
            header: string;
            /**
             * @description How many of the first rows (at most 1,000) have a value in it.
             * @example 3
             */
            filled: number;
            /**
             * @description The first different values, at most three, without what programs put around them.
             * @example [
             *       "grace@acme.example"
             *     ]
             */
            samples: string[];
            /**
             * @description The field that is suggested.
             * @example email
             */
            suggestion: string | null;
            /**
             * @description Why this field, or none, is suggested.
             * @example Its name is known.
             */
            reason: string;
        };
        ImportErrorView: {
            /**
             * @description Counts the rows below the header from 1.
             * @example 2
             */
            row: number;
            /**
             * @description The header; null: the row as a whole.
             * @example E-mail
             */
            column: string | null;
            /** @example email */
            field: string | null;
            /**
             * @description What stands in the cell, at most 1,000 characters of it.
             * @example grace
             */
            value: string;
            /** @example First name is required */
            message: string;
        };
        ImportFieldView: {
            /**
             * @description How a mapping names it.
             * @example first_name
             */
            value: string;
            /** @example First name */
            label: string;
        };
        ImportOptionsView: {
            /**
             * @description From headers to fields, without columns for which a dry run would make fields.
             * @example {
             *       "First Name": "first_name",
             *       "Photo": null
             *     }
             */
            column_mapping: {
                [key: string]: string | null;
            };
            /**
             * @example skip
             * @enum {string}
             */
            on_duplicate: "skip" | "update" | "create";
            /**
             * @description What identifies the record of a row; null: what is usual for its kind.
             * @example email
             */
            match_by: string | null;
            /**
             * @description Values for every row, by field, as they were sent.
             * @example {
             *       "source_name": "Trade fair"
             *     }
             */
            defaults: {
                [key: string]: unknown;
            };
            /**
             * @example add
             * @enum {string}
             */
            tags_mode: "add" | "replace";
            /**
             * @example keep
             * @enum {string}
             */
            empty_cells: "keep" | "clear";
            /**
             * @example auto
             * @enum {string}
             */
            date_order: "auto" | "dmy" | "mdy" | "ymd";
            /**
             * @example auto
             * @enum {string}
             */
            decimal: "auto" | "point" | "comma";
            /**
             * @example leave_out
             * @enum {string}
             */
            on_invalid_cell: "leave_out" | "refuse_row";
            /**
             * @example use_other
             * @enum {string}
             */
            when_name_missing: "use_other" | "refuse";
            /**
             * @description Whether columns that the mapping does not name become custom fields.
             * @example false
             */
            create_custom_fields: boolean;
        };
        ImportPreviewView: {
            /**
             * @description How the file is encoded.
             * @example utf-8
             * @enum {string}
             */
            encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1250" | "windows-1251" | "windows-1252" | "windows-1253" | "windows-1254" | "iso-8859-2" | "iso-8859-9" | "iso-8859-15" | "shift_jis" | "gb18030" | "big5" | "euc-kr" | "macintosh";
            /**
             * @description What stands between the cells; null: the file is no table of text.
             * @example ,
             * @enum {string|null}
             */
            delimiter: "," | ";" | "\t" | "|" | "^" | null;
            /**
             * @description The number of the line with the header, as spreadsheets count: blank lines too; null: there is none.
             * @example 1
             */
            header_row: number | null;
            /** @description What was found of each column. */
            columns: components["schemas"]["ImportColumnView"][];
            /**
             * @description From headers to fields, as far as columns were recognised. Good for `column_mapping` as it is.
             * @example {
             *       "First Name": "first_name",
             *       "E-mail": "email"
             *     }
             */
            suggested_mapping: {
                [key: string]: string;
            };
            /**
             * @description Fields that every record must have, and that no suggested column fills.
             * @example []
             */
            missing_required: string[];
            /**
             * @description Texts that stand in the first rows and mean that there is no value.
             * @example [
             *       "N/A"
             *     ]
             */
            treated_as_empty: string[];
            /**
             * @description The order in dates such as 3/15/2024; null: there are none, or they do not tell.
             * @example null
             * @enum {string|null}
             */
            date_order: "dmy" | "mdy" | "ymd" | null;
            /**
             * @description What stands before the decimals of numbers; null: there are none, or they do not tell.
             * @example null
             * @enum {string|null}
             */
            decimal: "point" | "comma" | null;
            /** @description The first 20 of the lines that `ignored_rows` counts. */
            skipped_lines: components["schemas"]["SkippedLineView"][];
            /**
             * @description Lines that are no rows: explanations above the header, the header again, titles of groups, totals and footers beside a blank line. Blank lines are not counted.
             * @example 1
             */
            ignored_rows: number;
            /**
             * @example [
             *       "First Name",
             *       "E-mail"
             *     ]
             */
            headers: string[];
            /**
             * @description The first five rows: their cells, in the order of the headers.
             * @example [
             *       [
             *         "Grace",
             *         "grace@acme.example"
             *       ]
             *     ]
             */
            sample_rows: string[][];
            /**
             * @description Rows below the header, blank ones not counted.
             * @example 3
             */
            total_rows: number;
            /** @description What a column can be mapped to. */
            available_fields: components["schemas"]["ImportFieldView"][];
        };
        ImportRowView: {
            /**
             * @description Counts the rows below the header from 1; null: a line that is no row.
             * @example 1
             */
            row: number | null;
            /**
             * @description What became of it.
             * @example skipped
             * @enum {string}
             */
            outcome: "created" | "updated" | "skipped" | "failed" | "ignored";
            /**
             * Format: uuid
             * @description The record that was made, changed, or met and left alone; null: none, or one that only a dry run has.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            record_id: string | null;
            /**
             * @description What there is to tell: why it was refused, or what was left out, or taken for something else.
             * @example [
             *       "E-mail is that of “Grace Hopper”, so the row was taken for the same contact (E-mail: \"info@acme.example\")"
             *     ]
             */
            messages: string[];
        };
        ImportView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b28-7d34-8feb-c2a3b62c1adf
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @example contacts
             * @enum {string}
             */
            model_type: "contacts" | "companies" | "sources";
            /** @example contacts.csv */
            file_name: string;
            /**
             * @example completed
             * @enum {string}
             */
            status: "pending_upload" | "uploaded" | "queued" | "processing" | "completed" | "failed" | "cancelled" | "undone";
            /**
             * @description From headers to fields; null until it is confirmed.
             * @example {
             *       "First Name": "first_name"
             *     }
             */
            column_mapping: {
                [key: string]: string;
            } | null;
            /**
             * @example skip
             * @enum {string}
             */
            on_duplicate: "skip" | "update" | "create";
            /**
             * @description Whether nothing is changed.
             * @example false
             */
            dry_run: boolean;
            /**
             * @description Rows below the header, blank ones not counted; null until the upload is complete.
             * @example 3
             */
            total_rows: number | null;
            /**
             * @description Rows that are done: what became of them is counted below.
             * @example 3
             */
            processed_rows: number;
            /**
             * @description Rows that became records.
             * @example 2
             */
            created_count: number;
            /**
             * @description Rows that were applied to a record that was there, whether or not that made a difference.
             * @example 0
             */
            updated_count: number;
            /**
             * @description Rows about a record that was there, left alone.
             * @example 1
             */
            skipped_count: number;
            /**
             * @description Rows that were refused: GET /imports/:id/errors tells why.
             * @example 0
             */
            failed_count: number;
            /**
             * @description Records that the undoing left alone, since they were changed in the meantime.
             * @example 0
             */
            conflict_count: number;
            /**
             * @description Rows that were not refused, and about which there is something to tell: GET /imports/:id/rows?warnings=true.
             * @example 0
             */
            warning_count: number;
            /**
             * @description The part that is done, of undoing too.
             * @example 1
             */
            progress: number;
            /**
             * @description How long it will take at the present pace; null while that is not known.
             * @example null
             */
            eta_seconds: number | null;
            /**
             * @description Why it ended, if not by itself.
             * @example null
             */
            error: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it began.
             * @example null
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             * @example null
             */
            finished_at: string | null;
        };
        InvitationView: {
            user: components["schemas"]["UserView"];
            /**
             * @description For POST /auth/accept-invite; also in the mail. Good for 7 days, once.
             * @example Zm9yIGV4YW1wbGUgb25seSwgbm90IGZv
             */
            invite_token: string;
        };
        InviteUserInput: {
            /**
             * Format: email
             * @description Where the invitation goes; they sign in with it.
             * @example grace@example.com
             */
            email: string;
            /**
             * @description What people call them.
             * @example Grace Hopper
             */
            name: string;
            /**
             * @description `owner`: everything; `admin`: everything but owners; `member`: records only.
             * @default member
             * @example member
             * @enum {string}
             */
            role?: "owner" | "admin" | "member";
        };
        LoginInput: {
            /**
             * Format: email
             * @description The address to sign in with; upper and lower case are the same.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description 8–128 characters; taken exactly as sent.
             * @example correct-horse-battery
             */
            password: string;
        };
        MeView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /** @example ada@example.com */
            email: string;
            /** @example Ada Lovelace */
            name: string;
            /**
             * @example owner
             * @enum {string}
             */
            role: "owner" | "admin" | "member";
            account: components["schemas"]["AccountView"];
        };
        MeetingView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b24-7f90-8ba7-8ecf7293dbe6
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @description Follows from `created_by`; empty without one.
             * @example Ada Lovelace
             */
            created_by_name: string;
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example null
             */
            external_id: string | null;
            /**
             * @description What it was; cannot be changed. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            activity_type: "meeting";
            /**
             * Format: uuid
             * @description The contact it happened with; null: none.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            contact_id: string | null;
            /**
             * @description First and last name; follows from `contact_id`, empty without one.
             * @example Grace Hopper
             */
            contact_name: string;
            /**
             * Format: uuid
             * @description The company it happened with; null: none.
             * @example 0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81
             */
            company_id: string | null;
            /**
             * @description Follows from `company_id`; empty without one.
             * @example Acme GmbH
             */
            company_name: string;
            /**
             * Format: uuid
             * @description The project it belongs to; null: none.
             * @example null
             */
            project_id: string | null;
            /**
             * @description Follows from `project_id`; empty without one.
             * @example
             */
            project_name: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000Z
             */
            occurred_at: string;
            /**
             * Metadata of a meeting
             * @description By the schema of its type.
             * @example {
             *       "subject": "Kick-off",
             *       "location": "Berlin",
             *       "duration_minutes": 60,
             *       "outcome": "completed"
             *     }
             */
            metadata: {
                /** @description What it is about. */
                subject?: string;
                /** @description Where it is. */
                location?: string;
                /** @description How long it takes, in minutes. */
                duration_minutes?: number;
                /**
                 * @description What became of it.
                 * @enum {string}
                 */
                outcome?: "completed" | "cancelled" | "no_show";
                /** @description Notes. */
                notes?: string;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description One more with each change; 1 when it was made. See `If-Match`.
             * @example 3
             */
            version: number;
        };
        OAuthAppView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b21-7c6d-8e74-5b9d4f60a8b3
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /** @example Nightly export */
            name: string;
            /**
             * @description For POST /oauth/token.
             * @example dw_ci_Xb81nQ4tZc0L
             */
            client_id: string;
            /**
             * @description How the secret begins; the rest is shown once, when it is made.
             * @example dw_cs_k3Vd
             */
            client_secret_prefix: string;
            /**
             * Format: date-time
             * @description Since when it gets no tokens, and those it has are refused.
             * @example null
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description When it last did something, to within a minute.
             * @example null
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
        };
        OAuthAppWithSecretView: {
            app: components["schemas"]["OAuthAppView"];
            /**
             * @description Shown now and never again: keep it.
             * @example dw_cs_k3VdTq0hB7yJ2mW9xR5nL8sF1aZ4cG6pE0uI3oYtQwN
             */
            client_secret: string;
        };
        ProjectContactInput: {
            /**
             * @description What the contact does in the project.
             * @example Decides
             */
            role?: string | null;
        };
        ProjectContactView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example null
             */
            external_id: string | null;
            /**
             * @description Given name.
             * @example Grace
             */
            first_name: string;
            /**
             * @description Family name.
             * @example Hopper
             */
            last_name: string;
            /**
             * @description E-mail address, in any form.
             * @example grace@acme.example
             */
            email: string;
            /**
             * @description Phone number, in any form.
             * @example +49 30 901820
             */
            phone: string;
            /**
             * @description Job title.
             * @example Head of research
             */
            job_title: string;
            /**
             * @description Street and number.
             * @example Unter den Linden 1
             */
            address: string;
            /**
             * @description City.
             * @example Berlin
             */
            city: string;
            /**
             * @description State or region.
             * @example Berlin
             */
            state: string;
            /**
             * @description Postal code.
             * @example 10117
             */
            zip_code: string;
            /**
             * @description Country.
             * @example Germany
             */
            country: string;
            /**
             * @description Notes.
             * @example Met at the trade fair.
             */
            notes: string;
            /**
             * Format: uuid
             * @description The company the contact works for; null: none.
             * @example 0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81
             */
            company_id: string | null;
            /**
             * @description Follows from `company_id`; empty without one.
             * @example Acme GmbH
             */
            company_name: string;
            /**
             * Format: uuid
             * @description Where the contact comes from; null: unknown. An archived source may stay, but not be newly set.
             * @example 0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70
             */
            source_id: string | null;
            /**
             * @description Follows from `source_id`; empty without one.
             * @example Trade fair
             */
            source_name: string;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags: string[];
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields: {
                [key: string]: string | number | boolean;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description One more with each change; 1 when it was made. See `If-Match`.
             * @example 3
             */
            version: number;
            /**
             * @description What the contact does in the project.
             * @example Decides
             */
            role: string;
        };
        ProjectView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b23-7e8f-9a96-7dbf6182cad5
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example null
             */
            external_id: string | null;
            /**
             * @description What the project is called.
             * @example New website
             */
            name: string;
            /**
             * @description What it is about.
             * @example Design and launch of the new website.
             */
            description: string;
            /**
             * @description How far it is.
             * @example active
             * @enum {string}
             */
            stage: "proposal" | "active" | "review" | "complete" | "archived";
            /**
             * Format: uuid
             * @description The company the project is for; null: none.
             * @example 0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81
             */
            company_id: string | null;
            /**
             * @description Follows from `company_id`; empty without one.
             * @example Acme GmbH
             */
            company_name: string;
            /**
             * Format: uuid
             * @description The user who is responsible; null: nobody. One who is deactivated may stay, but not be newly set; nor may one who has not accepted the invitation.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            assigned_to: string | null;
            /**
             * @description Follows from `assigned_to`; empty without one.
             * @example Ada Lovelace
             */
            assigned_name: string;
            /**
             * @description What it is worth, in cents; null: unknown.
             * @example 1200000
             */
            value: number | null;
            /**
             * Format: date
             * @description The first day; null: open.
             * @example 2026-01-31
             */
            start_date: string | null;
            /**
             * Format: date
             * @description The last day, not before the first; null: open.
             * @example 2026-06-30
             */
            end_date: string | null;
            /**
             * Format: date
             * @description When it is to be renewed; null: open.
             * @example 2027-06-30
             */
            renewal_date: string | null;
            /**
             * @description Whether it is paid for regularly.
             * @example false
             */
            is_retainer: boolean;
            /**
             * @description Notes.
             * @example Kick-off in Berlin.
             */
            notes: string;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags: string[];
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields: {
                [key: string]: string | number | boolean;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description One more with each change; 1 when it was made. See `If-Match`.
             * @example 3
             */
            version: number;
        };
        RefreshInput: {
            /**
             * @description The `refresh_token` of the last answer.
             * @example y4hTtZ3S8kqk1m0W4uO2mXb1n3cVd5f7g9hJkLmNpQr
             */
            refresh_token: string;
        };
        RegisterInput: {
            /**
             * Format: email
             * @description The address to sign in with; upper and lower case are the same.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description 8–128 characters; taken exactly as sent.
             * @example correct-horse-battery
             */
            password: string;
            /**
             * @description Your name.
             * @example Ada Lovelace
             */
            name: string;
            /**
             * @description The name of the new account; made from your name when left out.
             * @example Analytical Engines
             */
            account_name?: string | null;
        };
        ReplayInput: {
            /**
             * Format: date-time
             * @description Events that happened then or later are sent again; they are kept for 30 days.
             * @example 2026-01-31T09:30:00Z
             */
            since: string;
        };
        ReplayView: {
            /**
             * @description How many events are sent again.
             * @example 42
             */
            count: number;
        };
        ResetPasswordInput: {
            /**
             * @description `token` of the link in the mail.
             * @example Zm9yIGV4YW1wbGUgb25seSwgbm90IGZv
             */
            token: string;
            /**
             * @description The password to be: 8–128 characters.
             * @example staple-orbit-window-9
             */
            new_password: string;
        };
        SessionView: {
            /**
             * @description Send it as `Authorization: Bearer …`.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln
             */
            access_token: string;
            /**
             * @description For POST /auth/refresh; each one is used once.
             * @example y4hTtZ3S8kqk1m0W4uO2mXb1n3cVd5f7g9hJkLmNpQr
             */
            refresh_token: string;
            /**
             * @example Bearer
             * @constant
             */
            token_type: "Bearer";
            /**
             * @description Seconds until the access token expires.
             * @example 900
             */
            expires_in: number;
            user: components["schemas"]["SignedInUserView"];
        };
        SignedInUserView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /** @example ada@example.com */
            email: string;
            /** @example Ada Lovelace */
            name: string;
            /**
             * @example owner
             * @enum {string}
             */
            role: "owner" | "admin" | "member";
        };
        SkippedLineView: {
            /**
             * @description The number of the line, as spreadsheets count: blank lines too.
             * @example 1
             */
            line: number;
            /**
             * @description What stands there, at most 200 characters of it.
             * @example Contacts of 2026
             */
            text: string;
        };
        SourceView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /**
             * @description What people call it.
             * @example Trade fair
             */
            name: string;
            /**
             * Format: date-time
             * @description Since when it is not offered any more.
             * @example null
             */
            archived_at: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description One more with each change; 1 when it was made. See `If-Match`.
             * @example 3
             */
            version: number;
        };
        SuspendedAppView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b21-7c6d-8e74-5b9d4f60a8b3
             */
            id: string;
            /** @example Nightly export */
            name: string;
        };
        SuspendedUserView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            id: string;
            /** @example Grace Hopper */
            name: string;
            /** @example grace@example.com */
            email: string;
        };
        SuspendedView: {
            apps: components["schemas"]["SuspendedAppView"][];
            webhooks: components["schemas"]["SuspendedWebhookView"][];
            users: components["schemas"]["SuspendedUserView"][];
        };
        SuspendedWebhookView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b26-7b12-9dc9-a0e1940af8bd
             */
            id: string;
            /** @example https://hooks.example.com/tideline */
            url: string;
        };
        TokenForm: {
            /**
             * @description How the app shows that it may have a token.
             * @example client_credentials
             * @enum {string}
             */
            grant_type: "client_credentials";
            /**
             * @description Of the app; or send it and the secret by HTTP Basic.
             * @example dw_ci_Xb81nQ4tZc0L
             */
            client_id?: string;
            /**
             * @description As it was shown when the app was made, or its secret rotated.
             * @example dw_cs_k3VdTq0hB7yJ2mW9xR5nL8sF1aZ4cG6pE0uI3oYtQwN
             */
            client_secret?: string;
        } & {
            [key: string]: unknown;
        };
        TokenInput: {
            /**
             * @description How the app shows that it may have a token.
             * @example client_credentials
             * @enum {string}
             */
            grant_type: "client_credentials";
            /**
             * @description Of the app; or send it and the secret by HTTP Basic.
             * @example dw_ci_Xb81nQ4tZc0L
             */
            client_id?: string;
            /**
             * @description As it was shown when the app was made, or its secret rotated.
             * @example dw_cs_k3VdTq0hB7yJ2mW9xR5nL8sF1aZ4cG6pE0uI3oYtQwN
             */
            client_secret?: string;
        };
        TokenView: {
            /**
             * @description Send it as `Authorization: Bearer …`.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln
             */
            access_token: string;
            /**
             * @example Bearer
             * @constant
             */
            token_type: "Bearer";
            /**
             * @description Seconds until it expires.
             * @example 3600
             */
            expires_in: number;
        };
        /**
         * @example {
         *       "contact_id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92",
         *       "company_id": null,
         *       "project_id": null,
         *       "occurred_at": "2026-01-31T09:30:00Z",
         *       "metadata": {
         *         "direction": "outbound",
         *         "outcome": "connected",
         *         "duration_seconds": 240
         *       }
         *     }
         */
        UpdateActivityInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * Format: uuid
             * @description The contact it happened with; null: none.
             * @example 0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92
             */
            contact_id?: string | null;
            /**
             * @description The `external_id` of a contact, in place of `contact_id`; null: none.
             * @example contact-4711
             */
            contact_external_id?: string | null;
            /**
             * Format: uuid
             * @description The company it happened with; null: none.
             * @example null
             */
            company_id?: string | null;
            /**
             * @description The `external_id` of a company, in place of `company_id`; null: none.
             * @example company-4711
             */
            company_external_id?: string | null;
            /**
             * Format: uuid
             * @description The project it belongs to; null: none.
             * @example null
             */
            project_id?: string | null;
            /**
             * @description The `external_id` of a project, in place of `project_id`; null: none.
             * @example project-4711
             */
            project_external_id?: string | null;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00Z
             */
            occurred_at?: string;
            /**
             * @description What there is to tell of it, by the schema of the type (GET /activity-schemas); the whole object.
             * @example {
             *       "direction": "outbound",
             *       "outcome": "connected",
             *       "duration_seconds": 240
             *     }
             */
            metadata?: ({
                /**
                 * @description Who called.
                 * @enum {string}
                 */
                direction?: "inbound" | "outbound";
                /**
                 * @description What became of it.
                 * @enum {string}
                 */
                outcome?: "connected" | "voicemail" | "no_answer" | "busy";
                /** @description How long it took, in seconds. */
                duration_seconds?: number;
                /** @description Notes. */
                notes?: string;
            } | {
                /**
                 * @description Who wrote.
                 * @enum {string}
                 */
                direction?: "sent" | "received";
                /** @description Subject. */
                subject?: string;
                /** @description Text. */
                body?: string;
                /**
                 * @description How it came here.
                 * @enum {string}
                 */
                source?: "manual" | "bcc";
            } | {
                /** @description What it is about. */
                subject?: string;
                /** @description Where it is. */
                location?: string;
                /** @description How long it takes, in minutes. */
                duration_minutes?: number;
                /**
                 * @description What became of it.
                 * @enum {string}
                 */
                outcome?: "completed" | "cancelled" | "no_show";
                /** @description Notes. */
                notes?: string;
            }) | null;
        };
        /**
         * @example {
         *       "name": "Acme GmbH",
         *       "domain": "acme.example",
         *       "industry": "Mechanical engineering",
         *       "website": "https://acme.example",
         *       "linkedin_url": "https://linkedin.com/company/acme",
         *       "phone": "+49 30 901820",
         *       "address": "Unter den Linden 1",
         *       "city": "Berlin",
         *       "state": "Berlin",
         *       "zip_code": "10117",
         *       "country": "Germany",
         *       "notes": "Met at the trade fair.",
         *       "employee_count": 120,
         *       "annual_revenue": 1250000000,
         *       "tags": [
         *         "vip",
         *         "eu"
         *       ],
         *       "custom_fields": {}
         *     }
         */
        UpdateCompanyInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description What the company is called.
             * @example Acme GmbH
             */
            name?: string;
            /**
             * @description Domain of its e-mail addresses, in any form.
             * @example acme.example
             */
            domain?: string | null;
            /**
             * @description Industry.
             * @example Mechanical engineering
             */
            industry?: string | null;
            /**
             * @description Website.
             * @example https://acme.example
             */
            website?: string | null;
            /**
             * @description Page on LinkedIn.
             * @example https://linkedin.com/company/acme
             */
            linkedin_url?: string | null;
            /**
             * @description Phone number, in any form.
             * @example +49 30 901820
             */
            phone?: string | null;
            /**
             * @description Street and number.
             * @example Unter den Linden 1
             */
            address?: string | null;
            /**
             * @description City.
             * @example Berlin
             */
            city?: string | null;
            /**
             * @description State or region.
             * @example Berlin
             */
            state?: string | null;
            /**
             * @description Postal code.
             * @example 10117
             */
            zip_code?: string | null;
            /**
             * @description Country.
             * @example Germany
             */
            country?: string | null;
            /**
             * @description Notes.
             * @example Met at the trade fair.
             */
            notes?: string | null;
            /**
             * @description How many people work there; null: unknown.
             * @example 120
             */
            employee_count?: number | null;
            /**
             * @description Revenue of a year, in cents; null: unknown.
             * @example 1250000000
             */
            annual_revenue?: number | null;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags?: string[] | null;
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields?: {
                [key: string]: string | number | boolean | null;
            } | null;
        };
        /**
         * @example {
         *       "first_name": "Grace",
         *       "last_name": "Hopper",
         *       "email": "grace@acme.example",
         *       "phone": "+49 30 901820",
         *       "job_title": "Head of research",
         *       "address": "Unter den Linden 1",
         *       "city": "Berlin",
         *       "state": "Berlin",
         *       "zip_code": "10117",
         *       "country": "Germany",
         *       "notes": "Met at the trade fair.",
         *       "company_id": null,
         *       "source_id": null,
         *       "tags": [
         *         "vip",
         *         "eu"
         *       ],
         *       "custom_fields": {}
         *     }
         */
        UpdateContactInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description Given name.
             * @example Grace
             */
            first_name?: string;
            /**
             * @description Family name.
             * @example Hopper
             */
            last_name?: string | null;
            /**
             * @description E-mail address, in any form.
             * @example grace@acme.example
             */
            email?: string | null;
            /**
             * @description Phone number, in any form.
             * @example +49 30 901820
             */
            phone?: string | null;
            /**
             * @description Job title.
             * @example Head of research
             */
            job_title?: string | null;
            /**
             * @description Street and number.
             * @example Unter den Linden 1
             */
            address?: string | null;
            /**
             * @description City.
             * @example Berlin
             */
            city?: string | null;
            /**
             * @description State or region.
             * @example Berlin
             */
            state?: string | null;
            /**
             * @description Postal code.
             * @example 10117
             */
            zip_code?: string | null;
            /**
             * @description Country.
             * @example Germany
             */
            country?: string | null;
            /**
             * @description Notes.
             * @example Met at the trade fair.
             */
            notes?: string | null;
            /**
             * Format: uuid
             * @description The company the contact works for; null: none.
             * @example null
             */
            company_id?: string | null;
            /**
             * @description The `external_id` of a company, in place of `company_id`; null: none.
             * @example company-4711
             */
            company_external_id?: string | null;
            /**
             * Format: uuid
             * @description Where the contact comes from; null: unknown. An archived source may stay, but not be newly set.
             * @example null
             */
            source_id?: string | null;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags?: string[] | null;
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields?: {
                [key: string]: string | number | boolean | null;
            } | null;
        };
        UpdateCustomFieldInput: {
            /**
             * @description What people call it; unlike all others of this entity type, whatever its case.
             * @example Customer level
             */
            label?: string;
            /**
             * @description Of an enum: what it may be, in the order to offer.
             * @example [
             *       "gold",
             *       "silver"
             *     ]
             */
            options?: string[] | null;
            /**
             * @description Whether every new record must have a value, which then cannot be removed.
             * @example false
             */
            required?: boolean;
            /**
             * @description Whether no two records have the same value: of a text, a number or a date, and of at most five fields of an entity type. Texts are the same whatever their case.
             * @example false
             */
            unique?: boolean;
            /**
             * @description The list is in this order, equal ones in the order of their making.
             * @example 0
             */
            display_order?: number;
        };
        UpdateMeInput: {
            /**
             * @description Your name.
             * @example Ada King
             */
            name?: string;
        };
        UpdateOAuthAppInput: {
            /**
             * @description What people call it.
             * @example Nightly export
             */
            name?: string;
        };
        /**
         * @example {
         *       "name": "New website",
         *       "description": "Design and launch of the new website.",
         *       "stage": "active",
         *       "company_id": null,
         *       "assigned_to": null,
         *       "value": 1200000,
         *       "start_date": "2026-01-31",
         *       "end_date": "2026-06-30",
         *       "renewal_date": "2027-06-30",
         *       "is_retainer": false,
         *       "notes": "Kick-off in Berlin.",
         *       "tags": [
         *         "vip",
         *         "eu"
         *       ],
         *       "custom_fields": {}
         *     }
         */
        UpdateProjectInput: {
            /**
             * @description Its id in another system, whose case counts; no two records of a kind have the same. Null: none.
             * @example crm-4711
             */
            external_id?: string | null;
            /**
             * @description What the project is called.
             * @example New website
             */
            name?: string;
            /**
             * @description What it is about.
             * @example Design and launch of the new website.
             */
            description?: string | null;
            /**
             * @description How far it is.
             * @example active
             * @enum {string}
             */
            stage?: "proposal" | "active" | "review" | "complete" | "archived";
            /**
             * Format: uuid
             * @description The company the project is for; null: none.
             * @example null
             */
            company_id?: string | null;
            /**
             * @description The `external_id` of a company, in place of `company_id`; null: none.
             * @example company-4711
             */
            company_external_id?: string | null;
            /**
             * Format: uuid
             * @description The user who is responsible; null: nobody. One who is deactivated may stay, but not be newly set; nor may one who has not accepted the invitation.
             * @example null
             */
            assigned_to?: string | null;
            /**
             * @description What it is worth, in cents; null: unknown.
             * @example 1200000
             */
            value?: number | null;
            /**
             * Format: date
             * @description The first day; null: open.
             * @example 2026-01-31
             */
            start_date?: string | null;
            /**
             * Format: date
             * @description The last day, not before the first; null: open.
             * @example 2026-06-30
             */
            end_date?: string | null;
            /**
             * Format: date
             * @description When it is to be renewed; null: open.
             * @example 2027-06-30
             */
            renewal_date?: string | null;
            /**
             * @description Whether it is paid for regularly.
             * @example false
             */
            is_retainer?: boolean;
            /**
             * @description Notes.
             * @example Kick-off in Berlin.
             */
            notes?: string | null;
            /**
             * @description Tags; the whole list, in order.
             * @example [
             *       "vip",
             *       "eu"
             *     ]
             */
            tags?: string[] | null;
            /**
             * @description Values of custom fields, by the ids of their definitions.
             * @example {}
             */
            custom_fields?: {
                [key: string]: string | number | boolean | null;
            } | null;
        };
        UpdateSourceInput: {
            /**
             * @description What people call it.
             * @example Trade fair
             */
            name?: string;
        };
        UpdateUserInput: {
            /**
             * @description What people call them.
             * @example Grace Hopper
             */
            name?: string;
            /**
             * @description `owner`: everything; `admin`: everything but owners; `member`: records only.
             * @example member
             * @enum {string}
             */
            role?: "owner" | "admin" | "member";
        };
        UpdateWebhookInput: {
            /**
             * @description Where events are sent to: https, without user and password, to a name or a public address.
             * @example https://hooks.example.com/tideline
             */
            url?: string;
            /**
             * @description What people call it.
             * @example Mailing list
             */
            description?: string | null;
            /**
             * @description The types of events that are sent to it.
             * @example [
             *       "contact.created",
             *       "contact.updated",
             *       "contact.deleted"
             *     ]
             */
            events?: ("contact.created" | "contact.updated" | "contact.deleted" | "company.created" | "company.updated" | "company.deleted" | "project.created" | "project.updated" | "project.deleted" | "activity.created" | "activity.updated" | "activity.deleted")[];
            /**
             * @description Whether events are sent to it.
             * @example true
             */
            is_active?: boolean;
        };
        UploadedImportView: {
            job: components["schemas"]["ImportView"];
            preview: components["schemas"]["ImportPreviewView"];
        };
        UpsertActivityInput: {
            /**
             * @description How the record is found: external_id.
             * @example external_id
             */
            match_by: string;
            /**
             * @description The fields of the record: the body of a create. If there is such a record, those that are sent change it.
             * @example {
             *       "activity_type": "call",
             *       "contact_id": "0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92",
             *       "external_id": "call-4711"
             *     }
             */
            data: Omit<components["schemas"]["CreateActivityInput"], "activity_type">;
        };
        UpsertCompanyInput: {
            /**
             * @description How the record is found: external_id, domain, name.
             * @example name
             */
            match_by: string;
            /**
             * @description The fields of the record: the body of a create. If there is such a record, those that are sent change it.
             * @example {
             *       "name": "Acme GmbH",
             *       "domain": "acme.example"
             *     }
             */
            data: components["schemas"]["CreateCompanyInput"];
        };
        UpsertContactInput: {
            /**
             * @description How the record is found: external_id, email.
             * @example email
             */
            match_by: string;
            /**
             * @description The fields of the record: the body of a create. If there is such a record, those that are sent change it.
             * @example {
             *       "first_name": "Grace",
             *       "last_name": "Hopper",
             *       "email": "grace@acme.example"
             *     }
             */
            data: components["schemas"]["CreateContactInput"];
        };
        UpsertProjectInput: {
            /**
             * @description How the record is found: external_id.
             * @example external_id
             */
            match_by: string;
            /**
             * @description The fields of the record: the body of a create. If there is such a record, those that are sent change it.
             * @example {
             *       "name": "Website",
             *       "external_id": "project-4711"
             *     }
             */
            data: components["schemas"]["CreateProjectInput"];
        };
        UpsertSourceInput: {
            /**
             * @description How the record is found: name.
             * @example name
             */
            match_by: string;
            /**
             * @description The fields of the record: the body of a create. If there is such a record, those that are sent change it.
             * @example {
             *       "name": "Trade fair"
             *     }
             */
            data: components["schemas"]["CreateSourceInput"];
        };
        UpsertedActivityView: {
            /**
             * @description What became of it.
             * @example created
             * @enum {string}
             */
            outcome: "created" | "updated" | "unchanged";
            /** @description The record as it is now. */
            record: Omit<components["schemas"]["ActivityView"], "activity_type">;
        };
        UpsertedCompanyView: {
            /**
             * @description What became of it.
             * @example created
             * @enum {string}
             */
            outcome: "created" | "updated" | "unchanged";
            /** @description The record as it is now. */
            record: components["schemas"]["CompanyView"];
        };
        UpsertedContactView: {
            /**
             * @description What became of it.
             * @example created
             * @enum {string}
             */
            outcome: "created" | "updated" | "unchanged";
            /** @description The record as it is now. */
            record: components["schemas"]["ContactView"];
        };
        UpsertedProjectView: {
            /**
             * @description What became of it.
             * @example created
             * @enum {string}
             */
            outcome: "created" | "updated" | "unchanged";
            /** @description The record as it is now. */
            record: components["schemas"]["ProjectView"];
        };
        UpsertedSourceView: {
            /**
             * @description What became of it.
             * @example created
             * @enum {string}
             */
            outcome: "created" | "updated" | "unchanged";
            /** @description The record as it is now. */
            record: components["schemas"]["SourceView"];
        };
        UserView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * @description `""`: somebody else has proved that it is theirs.
             * @example grace@example.com
             */
            email: string;
            /** @example Grace Hopper */
            name: string;
            /**
             * @example member
             * @enum {string}
             */
            role: "owner" | "admin" | "member";
            /**
             * Format: date-time
             * @description When they were invited; null: they registered.
             * @example null
             */
            invited_at: string | null;
            /**
             * Format: date-time
             * @description When they proved that the address is theirs; null: not yet.
             * @example null
             */
            email_verified_at: string | null;
            /**
             * Format: date-time
             * @description Since when they may not sign in any more.
             * @example null
             */
            deactivated_at: string | null;
            /**
             * Format: date-time
             * @description When they last signed in; null: never yet.
             * @example null
             */
            last_login_at: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
        };
        VerifyEmailInput: {
            /**
             * @description `token` of the link in the mail.
             * @example Zm9yIGV4YW1wbGUgb25seSwgbm90IGZv
             */
            token: string;
        };
        WebhookView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b26-7b12-9dc9-a0e1940af8bd
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /** @example https://hooks.example.com/tideline */
            url: string;
            /** @example Mailing list */
            description: string;
            /**
             * @example [
             *       "contact.created",
             *       "contact.updated"
             *     ]
             */
            events: ("contact.created" | "contact.updated" | "contact.deleted" | "company.created" | "company.updated" | "company.deleted" | "project.created" | "project.updated" | "project.deleted" | "activity.created" | "activity.updated" | "activity.deleted")[];
            /**
             * @description Whether events are sent to it.
             * @example true
             */
            is_active: boolean;
            /**
             * @description How the secret begins; the rest is shown once, when it is made.
             * @example whsec_k3Vd
             */
            secret_prefix: string;
            /**
             * @description Why it was switched off, if it was not by somebody.
             * @example null
             */
            disabled_reason: string | null;
            /**
             * Format: date-time
             * @description When the first event happened for which there was no room among the waiting deliveries; a replay from there sends it.
             * @example null
             */
            missed_since: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
        };
        WebhookWithSecretView: {
            /**
             * Format: uuid
             * @example 0190a6c0-5b26-7b12-9dc9-a0e1940af8bd
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4
             */
            account_id: string;
            /**
             * Format: uuid
             * @description The user who made it; null: an app.
             * @example 0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5
             */
            created_by: string | null;
            /** @example https://hooks.example.com/tideline */
            url: string;
            /** @example Mailing list */
            description: string;
            /**
             * @example [
             *       "contact.created",
             *       "contact.updated"
             *     ]
             */
            events: ("contact.created" | "contact.updated" | "contact.deleted" | "company.created" | "company.updated" | "company.deleted" | "project.created" | "project.updated" | "project.deleted" | "activity.created" | "activity.updated" | "activity.deleted")[];
            /**
             * @description Whether events are sent to it.
             * @example true
             */
            is_active: boolean;
            /**
             * @description How the secret begins; the rest is shown once, when it is made.
             * @example whsec_k3Vd
             */
            secret_prefix: string;
            /**
             * @description Why it was switched off, if it was not by somebody.
             * @example null
             */
            disabled_reason: string | null;
            /**
             * Format: date-time
             * @description When the first event happened for which there was no room among the waiting deliveries; a replay from there sends it.
             * @example null
             */
            missed_since: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-01-31T09:30:00.000Z
             */
            updated_at: string;
            /**
             * @description Verifies what is sent to it. Shown now and never again: keep it.
             * @example whsec_k3VdTq0hB7yJ2mW9xR5nL8sF1aZ4cG6pE0uI3oYtQwM=
             */
            secret: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    errors_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ErrorListView"];
                    };
                };
            };
        };
    };
    auth_register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SessionView"];
                    };
                };
            };
        };
    };
    auth_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SessionView"];
                    };
                };
            };
        };
    };
    auth_refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SessionView"];
                    };
                };
            };
        };
    };
    auth_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    auth_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["MeView"];
                    };
                };
            };
        };
    };
    auth_updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateMeInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["MeView"];
                    };
                };
            };
        };
    };
    auth_changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SessionView"];
                    };
                };
            };
        };
    };
    auth_forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgotPasswordInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    auth_resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    auth_acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptInvitationInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SessionView"];
                    };
                };
            };
        };
    };
    auth_verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmailInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    users_list: {
        parameters: {
            query?: {
                /** @description Only records created after this moment. Example: `2026-01-31T09:30:00Z`. */
                created_after?: string;
                /** @description Only records changed after this moment. Example: `2026-01-31T09:30:00Z`. */
                updated_after?: string;
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
                /** @description Only users with this in their name or e-mail, whatever case and accents; one or two characters: where a word begins; a space also stands for punctuation. Example: `grace`. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["UserView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    users_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UserView"];
                    };
                };
            };
        };
    };
    users_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UserView"];
                    };
                };
            };
        };
    };
    users_invite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteUserInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["InvitationView"];
                    };
                };
            };
        };
    };
    users_deactivate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UserView"];
                    };
                };
            };
        };
    };
    users_activate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UserView"];
                    };
                };
            };
        };
    };
    account_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["AccountDetailView"];
                    };
                };
            };
        };
    };
    account_confirmBefore: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["AccountDetailView"];
                    };
                };
            };
        };
    };
    oauth_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenInput"];
                "application/x-www-form-urlencoded": components["schemas"]["TokenForm"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["TokenView"];
                        /**
                         * @description Send it as `Authorization: Bearer …`.
                         * @example eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln
                         */
                        access_token: string;
                        /**
                         * @example Bearer
                         * @constant
                         */
                        token_type: "Bearer";
                        /**
                         * @description Seconds until it expires.
                         * @example 3600
                         */
                        expires_in: number;
                    };
                };
            };
        };
    };
    oauthapps_list: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["OAuthAppView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    oauthapps_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOAuthAppInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["OAuthAppWithSecretView"];
                    };
                };
            };
        };
    };
    oauthapps_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["OAuthAppView"];
                    };
                };
            };
        };
    };
    oauthapps_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    oauthapps_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateOAuthAppInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["OAuthAppView"];
                    };
                };
            };
        };
    };
    oauthapps_rotateSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["OAuthAppWithSecretView"];
                    };
                };
            };
        };
    };
    sources_list: {
        parameters: {
            query?: {
                /** @description Only records created after this moment. Example: `2026-01-31T09:30:00Z`. */
                created_after?: string;
                /** @description Only records changed after this moment. Example: `2026-01-31T09:30:00Z`. */
                updated_after?: string;
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
                /** @description Whether archived sources are listed too. */
                include_archived?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["SourceView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    sources_create: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSourceInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SourceView"];
                    };
                };
            };
        };
    };
    sources_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SourceView"];
                    };
                };
            };
        };
    };
    sources_update: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSourceInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SourceView"];
                    };
                };
            };
        };
    };
    sources_upsert: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpsertSourceInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UpsertedSourceView"];
                    };
                };
            };
        };
    };
    sources_archive: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SourceView"];
                    };
                };
            };
        };
    };
    sources_unarchive: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["SourceView"];
                    };
                };
            };
        };
    };
    customfields_list: {
        parameters: {
            query?: {
                /** @description Only those of this kind of records. Example: `contact`. */
                entity_type?: "contact" | "company" | "project";
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["CustomFieldView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    customfields_create: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCustomFieldInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["CustomFieldView"];
                    };
                };
            };
        };
    };
    customfields_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["CustomFieldView"];
                    };
                };
            };
        };
    };
    customfields_delete: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    customfields_update: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCustomFieldInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["CustomFieldView"];
                    };
                };
            };
        };
    };
    companies_list: {
        parameters: {
            query?: {
                /** @description Only records created after this moment. Example: `2026-01-31T09:30:00Z`. */
                created_after?: string;
                /** @description Only records changed after this moment. Example: `2026-01-31T09:30:00Z`. */
                updated_after?: string;
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
                /** @description Only the record with exactly this id of another system. Example: `crm-4711`. */
                external_id?: string;
                /** @description A part of the name or the domain, whatever its case and accents; one or two characters: the beginning of a word; a space also stands for punctuation. Example: `acme`. */
                search?: string;
                /** @description Only records that have all of these tags; repeat the parameter. Example: `vip`. */
                tags?: string[];
                /** @description Only records with these values: `custom_fields[<id>]=value`; of numbers and dates also `custom_fields[<id>][gte]=value` and `[lte]`. At most 10; all of them must hold. */
                custom_fields?: {
                    [key: string]: string;
                };
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["CompanyView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    companies_create: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCompanyInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["CompanyView"];
                    };
                };
            };
        };
    };
    companies_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["CompanyView"];
                    };
                };
            };
        };
    };
    companies_delete: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    companies_update: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCompanyInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["CompanyView"];
                    };
                };
            };
        };
    };
    companies_upsert: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpsertCompanyInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UpsertedCompanyView"];
                    };
                };
            };
        };
    };
    companies_bulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkCompaniesInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["BulkCompaniesView"];
                    };
                };
            };
        };
    };
    contacts_list: {
        parameters: {
            query?: {
                /** @description Only records created after this moment. Example: `2026-01-31T09:30:00Z`. */
                created_after?: string;
                /** @description Only records changed after this moment. Example: `2026-01-31T09:30:00Z`. */
                updated_after?: string;
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
                /** @description Only the record with exactly this id of another system. Example: `crm-4711`. */
                external_id?: string;
                /** @description A part of the first, last or full name, the e-mail address, the phone number or the company’s name, whatever its case and accents; one or two characters: the beginning of a word; a space also stands for punctuation. Example: `hopper`. */
                search?: string;
                /** @description Only records that have all of these tags; repeat the parameter. Example: `vip`. */
                tags?: string[];
                /** @description Only records with these values: `custom_fields[<id>]=value`; of numbers and dates also `custom_fields[<id>][gte]=value` and `[lte]`. At most 10; all of them must hold. */
                custom_fields?: {
                    [key: string]: string;
                };
                /** @description Only contacts of this company. Example: `0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81`. */
                company_id?: string;
                /** @description Only contacts of one of these companies; repeat the parameter. Example: `0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81`. */
                company_ids?: string[];
                /** @description Only contacts from one of these sources; repeat the parameter. Example: `0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70`. */
                source_ids?: string[];
                /** @description Only contacts with exactly this e-mail address, whatever its case. Example: `grace@acme.example`. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["ContactView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    contacts_create: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateContactInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ContactView"];
                    };
                };
            };
        };
    };
    contacts_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ContactView"];
                    };
                };
            };
        };
    };
    contacts_delete: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    contacts_update: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateContactInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ContactView"];
                    };
                };
            };
        };
    };
    contacts_upsert: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpsertContactInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UpsertedContactView"];
                    };
                };
            };
        };
    };
    contacts_bulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkContactsInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["BulkContactsView"];
                    };
                };
            };
        };
    };
    projects_list: {
        parameters: {
            query?: {
                /** @description Only records created after this moment. Example: `2026-01-31T09:30:00Z`. */
                created_after?: string;
                /** @description Only records changed after this moment. Example: `2026-01-31T09:30:00Z`. */
                updated_after?: string;
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
                /** @description Only the record with exactly this id of another system. Example: `crm-4711`. */
                external_id?: string;
                /** @description A part of the name, whatever its case and accents; one or two characters: the beginning of a word; a space also stands for punctuation. Example: `website`. */
                search?: string;
                /** @description Only records that have all of these tags; repeat the parameter. Example: `vip`. */
                tags?: string[];
                /** @description Only projects in this stage. Example: `active`. */
                stage?: "proposal" | "active" | "review" | "complete" | "archived";
                /** @description Only projects for this company. Example: `0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81`. */
                company_id?: string;
                /** @description Only projects that this user is responsible for. Example: `0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5`. */
                assigned_to?: string;
                /** @description Only records with these values: `custom_fields[<id>]=value`; of numbers and dates also `custom_fields[<id>][gte]=value` and `[lte]`. At most 10; all of them must hold. */
                custom_fields?: {
                    [key: string]: string;
                };
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["ProjectView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    projects_create: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateProjectInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ProjectView"];
                    };
                };
            };
        };
    };
    projects_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ProjectView"];
                    };
                };
            };
        };
    };
    projects_delete: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    projects_update: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateProjectInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ProjectView"];
                    };
                };
            };
        };
    };
    projects_upsert: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpsertProjectInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UpsertedProjectView"];
                    };
                };
            };
        };
    };
    projects_bulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkProjectsInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["BulkProjectsView"];
                    };
                };
            };
        };
    };
    projects_listContacts: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["ProjectContactView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    projects_putContact: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                id: string;
                contact_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectContactInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ProjectContactView"];
                    };
                };
            };
        };
    };
    projects_removeContact: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                id: string;
                contact_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    activities_list: {
        parameters: {
            query?: {
                /** @description Only records created after this moment. Example: `2026-01-31T09:30:00Z`. */
                created_after?: string;
                /** @description Only records changed after this moment. Example: `2026-01-31T09:30:00Z`. */
                updated_after?: string;
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
                /** @description Only the record with exactly this id of another system. Example: `crm-4711`. */
                external_id?: string;
                /** @description Only activities with this contact. Example: `0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92`. */
                contact_id?: string;
                /** @description Only activities with this company. Example: `0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81`. */
                company_id?: string;
                /** @description Only activities of this project. Example: `0190a6c0-5b23-7e8f-9a96-7dbf6182cad5`. */
                project_id?: string;
                /** @description Only activities of one of these types; repeat the parameter. Example: `call`. */
                types?: ("call" | "email" | "meeting")[];
                /** @description Only activities that happened after this moment. Example: `2026-01-31T09:30:00Z`. */
                occurred_after?: string;
                /** @description Only activities that happened before this moment. Example: `2026-01-31T09:30:00Z`. */
                occurred_before?: string;
                /** @description Latest first: by when they were made, or by when they happened. */
                sort?: "-created_at" | "-occurred_at";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["ActivityView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    activities_create: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateActivityInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ActivityView"];
                    };
                };
            };
        };
    };
    activities_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ActivityView"];
                    };
                };
            };
        };
    };
    activities_delete: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    activities_update: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, the call is refused, and the answer tells the present values. `*`: whatever the version. Example: `"3"`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateActivityInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The `version` of the record. Send it as `If-Match` with the change that is based on it. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ActivityView"];
                    };
                };
            };
        };
    };
    activities_upsert: {
        parameters: {
            query?: {
                /** @description Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpsertActivityInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UpsertedActivityView"];
                    };
                };
            };
        };
    };
    activities_bulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkActivitiesInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["BulkActivitiesView"];
                    };
                };
            };
        };
    };
    activities_schemas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ActivitySchemasView"];
                    };
                };
            };
        };
    };
    imports_list: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["ImportView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    imports_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateImportInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["CreatedImportView"];
                    };
                };
            };
        };
    };
    imports_upload: {
        parameters: {
            query: {
                /** @description When the address ends to be good, in seconds since the Unix epoch. */
                expires: string;
                /** @description That the server made it. */
                signature: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    imports_completeUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CompleteUploadInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["UploadedImportView"];
                    };
                };
            };
        };
    };
    imports_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmImportInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ImportView"];
                    };
                };
            };
        };
    };
    imports_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ImportView"];
                    };
                };
            };
        };
    };
    imports_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ImportOptionsView"];
                    };
                };
            };
        };
    };
    imports_listRows: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
                /** @description Only rows of which this became; repeat the parameter for several. Example: `skipped`. */
                outcome?: ("created" | "updated" | "skipped" | "failed" | "ignored")[];
                /** @description Whether to list only rows that were not refused, and about which there is something to tell. */
                warnings?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["ImportRowView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    imports_listErrors: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["ImportErrorView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    imports_errorsFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    imports_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ImportView"];
                    };
                };
            };
        };
    };
    imports_undo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ImportView"];
                    };
                };
            };
        };
    };
    events_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of an earlier page, unchanged. Left out: from the oldest event that is kept. */
                after?: string;
                /** @description Only events of one of these types; repeat the parameter. Example: `contact.created`. */
                types?: ("contact.created" | "contact.updated" | "contact.deleted" | "company.created" | "company.updated" | "company.deleted" | "project.created" | "project.updated" | "project.deleted" | "activity.created" | "activity.updated" | "activity.deleted")[];
                /** @description Only events of this record. Example: `0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92`. */
                entity_id?: string;
                /** @description How many items the page has at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["EventPageView"];
                    };
                };
            };
        };
    };
    webhooks_list: {
        parameters: {
            query?: {
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["WebhookView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    webhooks_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["WebhookWithSecretView"];
                    };
                };
            };
        };
    };
    webhooks_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["WebhookView"];
                    };
                };
            };
        };
    };
    webhooks_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        /** @example {} */
                        result: Record<string, never>;
                    };
                };
            };
        };
    };
    webhooks_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhookInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["WebhookView"];
                    };
                };
            };
        };
    };
    webhooks_rotateSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["WebhookWithSecretView"];
                    };
                };
            };
        };
    };
    webhooks_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["DeliveryView"];
                    };
                };
            };
        };
    };
    webhooks_listDeliveries: {
        parameters: {
            query?: {
                /** @description Only deliveries in this state. Example: `failed`. */
                status?: "pending" | "succeeded" | "failed" | "cancelled";
                /** @description Only deliveries of events of this type. Example: `contact.created`. */
                event?: "contact.created" | "contact.updated" | "contact.deleted" | "company.created" | "company.updated" | "company.deleted" | "project.created" | "project.updated" | "project.deleted" | "activity.created" | "activity.updated" | "activity.deleted" | "webhook.test";
                /** @description How many items the page has at most. */
                limit?: number;
                /** @description `next_cursor` of the page before, unchanged. Left out: the first page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: {
                            items: components["schemas"]["DeliveryView"][];
                            /**
                             * @description Give it as `cursor` to get the next page; null on the last one.
                             * @example null
                             */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    webhooks_getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["DeliveryView"];
                    };
                };
            };
        };
    };
    webhooks_retryDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["DeliveryView"];
                    };
                };
            };
        };
    };
    webhooks_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        ok: true;
                        result: components["schemas"]["ReplayView"];
                    };
                };
            };
        };
    };
}

/** Every code with which the API may refuse a request. */
export type ErrorCode =
    | "account.internal"
    | "account.invalid_request"
    | "activities.ambiguous_match"
    | "activities.edit_conflict"
    | "activities.entity_required"
    | "activities.external_id_taken"
    | "activities.internal"
    | "activities.invalid_id"
    | "activities.invalid_metadata"
    | "activities.invalid_request"
    | "activities.invalid_type"
    | "activities.not_found"
    | "api.internal"
    | "api.invalid_request"
    | "auth.account_locked"
    | "auth.deactivated"
    | "auth.email_taken"
    | "auth.forbidden"
    | "auth.internal"
    | "auth.invalid_credentials"
    | "auth.invalid_request"
    | "auth.invalid_token"
    | "auth.required"
    | "companies.ambiguous_match"
    | "companies.edit_conflict"
    | "companies.external_id_taken"
    | "companies.internal"
    | "companies.invalid_custom_fields"
    | "companies.invalid_id"
    | "companies.invalid_request"
    | "companies.not_found"
    | "contacts.ambiguous_match"
    | "contacts.edit_conflict"
    | "contacts.external_id_taken"
    | "contacts.first_name_required"
    | "contacts.internal"
    | "contacts.invalid_company_id"
    | "contacts.invalid_custom_fields"
    | "contacts.invalid_id"
    | "contacts.invalid_request"
    | "contacts.invalid_source_id"
    | "contacts.not_found"
    | "custom_fields.internal"
    | "custom_fields.invalid_entity_type"
    | "custom_fields.invalid_field_type"
    | "custom_fields.invalid_id"
    | "custom_fields.invalid_request"
    | "custom_fields.label_required"
    | "custom_fields.not_found"
    | "custom_fields.options_required"
    | "events.cursor_expired"
    | "events.internal"
    | "events.invalid_request"
    | "idempotency.invalid_key"
    | "idempotency.key_reused"
    | "imports.file_name_required"
    | "imports.internal"
    | "imports.invalid_id"
    | "imports.invalid_model_type"
    | "imports.invalid_request"
    | "imports.model_type_required"
    | "imports.not_found"
    | "oauth.internal"
    | "oauth.invalid_client"
    | "oauth.invalid_request"
    | "oauth.missing_credentials"
    | "oauth.unsupported_grant_type"
    | "oauth_apps.internal"
    | "oauth_apps.invalid_id"
    | "oauth_apps.invalid_request"
    | "oauth_apps.name_required"
    | "oauth_apps.not_found"
    | "projects.ambiguous_match"
    | "projects.edit_conflict"
    | "projects.external_id_taken"
    | "projects.internal"
    | "projects.invalid_assigned_to"
    | "projects.invalid_company_id"
    | "projects.invalid_custom_fields"
    | "projects.invalid_id"
    | "projects.invalid_request"
    | "projects.invalid_stage"
    | "projects.name_required"
    | "projects.not_found"
    | "rate_limit.exceeded"
    | "sources.ambiguous_match"
    | "sources.edit_conflict"
    | "sources.internal"
    | "sources.invalid_id"
    | "sources.invalid_request"
    | "sources.name_required"
    | "sources.not_found"
    | "users.internal"
    | "users.invalid_id"
    | "users.invalid_request"
    | "users.last_owner"
    | "users.not_found"
    | "webhooks.internal"
    | "webhooks.invalid_id"
    | "webhooks.invalid_request"
    | "webhooks.invalid_url"
    | "webhooks.not_found"
    | "webhooks.url_required";
