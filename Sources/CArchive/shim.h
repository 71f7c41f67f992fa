// libarchive 3: reads zip and tar.gz entry by entry; it never writes to disk for us.
#pragma once
#include <archive.h>
#include <archive_entry.h>
