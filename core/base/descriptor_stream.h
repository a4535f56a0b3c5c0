#ifndef PROVISION_CORE_BASE_DESCRIPTOR_STREAM_H_
#define PROVISION_CORE_BASE_DESCRIPTOR_STREAM_H_

#include "core/base/byte_channel.h"

namespace provision {

// Two descriptors that this process inherited and does not own.
class DescriptorStream final : public ByteStream {
 public:
  DescriptorStream(int reading, int writing)
      : reading_(reading), writing_(writing) {}
  absl::StatusOr<std::string> Read() override;
  absl::Status Write(absl::string_view bytes) override;

 private:
  const int reading_;
  const int writing_;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_DESCRIPTOR_STREAM_H_
