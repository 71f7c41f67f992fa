// libpq: the PostgreSQL client library, PostgreSQL 15 or newer.
#pragma once
#include <libpq-fe.h>
