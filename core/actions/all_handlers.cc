#include "core/actions/all_handlers.h"

#include "core/actions/fetch.h"
#include "core/actions/install_wheels.h"
#include "core/actions/link.h"
#include "core/actions/make_directory.h"
#include "core/actions/remove.h"
#include "core/actions/run.h"
#include "core/actions/unpack.h"
#include "core/actions/write_file.h"

namespace provision {

ActionHandlers AllHandlers(const ArtifactReaders& readers) {
  ActionHandlers handlers;
  handlers.Set(Action::kFetch, NewFetchHandler());
  handlers.Set(Action::kInstallWheels, NewInstallWheelsHandler(readers.wheels));
  handlers.Set(Action::kLink, NewLinkHandler());
  handlers.Set(Action::kMakeDirectory, NewMakeDirectoryHandler());
  handlers.Set(Action::kRemove, NewRemoveHandler());
  handlers.Set(Action::kRun, NewRunHandler());
  handlers.Set(Action::kUnpack, NewUnpackHandler(readers.archives));
  handlers.Set(Action::kWriteFile, NewWriteFileHandler());
  return handlers;
}

}  // namespace provision
