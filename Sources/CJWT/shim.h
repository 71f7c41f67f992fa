// libjwt 1.10.2: see docs/decisions for what it is trusted with and what it is not.
#pragma once
#include <jwt.h>
