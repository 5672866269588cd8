#pragma once

#include <microhttpd.h>
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
