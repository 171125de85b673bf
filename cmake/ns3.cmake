# Finds ns-3 and offers it as the target cv2x_ns3 (core, network, mobility) and, for tests that
# compare laws with ns-3's own, cv2x_ns3_propagation. Debian's libns3-dev names gsl and libxml2 without depending on them.
find_package(ns3 REQUIRED)
# The imported targets carry include directories; take them as SYSTEM so that ns-3's headers
# (which are not clean under our warnings) do not break the build.
add_library(cv2x_ns3 INTERFACE)
target_link_libraries(cv2x_ns3 INTERFACE ns3::libcore ns3::libnetwork ns3::libmobility)
add_library(cv2x_ns3_propagation INTERFACE)
target_link_libraries(cv2x_ns3_propagation INTERFACE cv2x_ns3 ns3::libpropagation)
