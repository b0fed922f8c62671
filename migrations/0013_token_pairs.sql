-- A change of the password ends all pairs of tokens of its session but the one that asked for it, and issues a new one.
alter table sessions
  -- How often that has happened. A pair remembers the number of its time.
  add column token_generation bigint not null default 0,
  add column pairs_ended_at timestamptz(3),
  -- The pair that the last change left. Null after a change: the tokens of release 0.1.0, which name no pair.
  add column kept_pair_id uuid;

alter table refresh_tokens
  -- The `jti` of the access token that was issued with it. Null: issued by release 0.1.0.
  add column pair_id uuid,
  add column token_generation bigint not null default 0,
  -- Hash of the refresh token for which it was given out. Tokens that were given out for one token are siblings.
  add column parent_hash bytea,
  -- When one of the tokens that were given out for it was used. From then on the others are retired.
  add column successor_used_at timestamptz(3);
