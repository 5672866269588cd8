#include "CResources.h"

const struct CResources_file CResources_files[] = {{"", (const unsigned char *)"", 0}};
