/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "loopback_device.h"

#include <SoapySDR/Errors.hpp>
#include <SoapySDR/Formats.hpp>
#include <SoapySDR/Logger.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <thread>

using gr::dlcomm::loopback::loopback_device;
using samples = std::vector<std::complex<float>>;

namespace {

constexpr int tx = SOAPY_SDR_TX;
constexpr int rx = SOAPY_SDR_RX;
constexpr long at_once = 0;

std::string refusal(const std::function<void()>& action)
{
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

//! What is logged while it lives.
class log_lines
{
public:
    log_lines()
    {
        lines().clear();
        SoapySDR::registerLogHandler(
            [](SoapySDR::LogLevel, const char* line) { lines().push_back(line); });
    }
    ~log_lines() { SoapySDR::registerLogHandler(nullptr); }

    std::string last() const { return lines().empty() ? "" : lines().back(); }

private:
    static std::vector<std::string>& lines()
    {
        static std::vector<std::string> all;
        return all;
    }
};

//! A device with both streams open and active.
struct open_device {
    explicit open_device(const SoapySDR::Kwargs& arguments = { { "pace", "0" } },
                         const std::string& format = SOAPY_SDR_CF32)
        : device(arguments),
          out(device.setupStream(tx, format, {}, {})),
          in(device.setupStream(rx, format, { 0 }, {}))
    {
        BOOST_REQUIRE_EQUAL(device.activateStream(out, 0, 0, 0), 0);
        BOOST_REQUIRE_EQUAL(device.activateStream(in, 0, 0, 0), 0);
    }

    template <typename T>
    int write(const std::vector<T>& data, size_t count, int flags = 0)
    {
        const void* buffers[] = { data.data() };
        return device.writeStream(out, buffers, count, flags, 0, at_once);
    }

    template <typename T>
    int read(std::vector<T>& data, size_t count)
    {
        void* buffers[] = { data.data() };
        return device.readStream(in, buffers, count, flags, time_ns, at_once);
    }

    loopback_device device;
    SoapySDR::Stream* out;
    SoapySDR::Stream* in;
    int flags = 0;
    long long time_ns = 0;
};

} // namespace

BOOST_AUTO_TEST_CASE(samples_pass_through_both_formats)
{
    open_device floats;
    const samples sent = { { 0.5f, -1e-9f }, { 3.25f, 1e9f } };
    samples got(2);
    BOOST_CHECK_EQUAL(floats.write(sent, 2), 2);
    BOOST_CHECK_EQUAL(floats.read(got, 2), 2);
    BOOST_CHECK(got == sent);
    BOOST_CHECK_EQUAL(floats.flags, SOAPY_SDR_HAS_TIME);
    BOOST_CHECK_EQUAL(floats.read(got, 2), SOAPY_SDR_TIMEOUT);

    open_device integers({ { "pace", "0" }, { "medium", "integers" } }, SOAPY_SDR_CS16);
    const std::vector<int16_t> whole = { 0, 1, -1, 12345, 32767, -32768 };
    std::vector<int16_t> back(6);
    BOOST_CHECK_EQUAL(integers.write(whole, 3), 3);
    BOOST_CHECK_EQUAL(integers.read(back, 3), 3);
    BOOST_CHECK(back == whole);
    integers.device.setGain(rx, 0, 20.0); // and what is too large stays at the end
    BOOST_CHECK_EQUAL(integers.write(whole, 3), 3);
    BOOST_CHECK_EQUAL(integers.read(back, 3), 3);
    BOOST_CHECK(back == (std::vector<int16_t>{ 0, 10, -10, 32767, 32767, -32768 }));
}

BOOST_AUTO_TEST_CASE(integers_and_floats_have_one_scale)
{
    loopback_device source(SoapySDR::Kwargs{ { "pace", "0" } });
    open_device sink;
    SoapySDR::Stream* in = source.setupStream(rx, SOAPY_SDR_CS16, {}, {});
    source.activateStream(in, 0, 0, 0);
    const samples sent = { { 0.5f, -1.0f } };
    std::vector<int16_t> got(2);
    void* buffers[] = { got.data() };
    int flags;
    long long time;
    sink.write(sent, 1);
    BOOST_CHECK_EQUAL(source.readStream(in, buffers, 1, flags, time, at_once), 1);
    BOOST_CHECK(got == (std::vector<int16_t>{ 16384, -32768 }));
}

BOOST_AUTO_TEST_CASE(gains_act)
{
    open_device open;
    const samples sent(10, { 1.0f, 0.0f });
    samples got(10);
    open.device.setGain(tx, 0, "PA", -20.0);
    open.write(sent, 10);
    open.device.setGain(rx, 0, "LNA", 40.0);
    BOOST_CHECK_EQUAL(open.read(got, 10), 10);
    BOOST_CHECK_CLOSE(got[5].real(), 10.0f, 1e-4f);
    BOOST_CHECK_EQUAL(open.device.getGain(tx, 0), -20.0);
    BOOST_CHECK_EQUAL(open.device.getGain(rx, 0, "LNA"), 40.0);
}

BOOST_AUTO_TEST_CASE(a_receiver_hears_the_difference_in_frequency)
{
    open_device open;
    open.device.setFrequency(rx, 0, 100e6);
    open.device.setFrequency(tx, 0, 100.25e6); // a quarter of the rate above
    const samples sent(400, { 1.0f, 0.0f });
    samples got(400);
    open.write(sent, 400);
    const int count = open.read(got, 400);
    BOOST_REQUIRE_GT(count, 300);
    for (int i = 150; i < count - 1; ++i)
        BOOST_CHECK_SMALL(std::abs(got[i + 1] - got[i] * std::complex<float>(0, 1)),
                          1e-3f);
    open.device.setFrequency(rx, 0, 200e6); // too far away
    open.write(sent, 400);
    BOOST_CHECK_GT(open.read(got, 400), 0);
    BOOST_CHECK(got[0] == 0.0f);
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_refused_in_one_line)
{
    loopback_device device{ SoapySDR::Kwargs() };
    BOOST_CHECK_EQUAL(refusal([&] { device.setGain(tx, 0, 11.0); }),
                      "dlcomm_loopback: TX gain: found 11, expected -90 to 10 dB");
    BOOST_CHECK_EQUAL(refusal([&] { device.setSampleRate(rx, 0, 100.0); }),
                      "dlcomm_loopback: sample rate: found 100, expected 1000 to 6.4e+07 "
                      "samples/s");
    BOOST_CHECK_EQUAL(
        refusal([&] { device.setFrequency(rx, 0, 7e9); }),
        "dlcomm_loopback: RX frequency: found 7e+09, expected 0 to 6e+09 Hz");
    BOOST_CHECK_EQUAL(refusal([&] { device.setAntenna(rx, 0, "TX"); }),
                      "dlcomm_loopback: antenna: found 'TX', expected RX");
    BOOST_CHECK_EQUAL(
        refusal([&] { device.setupStream(tx, "CF64", {}, {}); }),
        "dlcomm_loopback: stream format: found 'CF64', expected CF32 or CS16");
    BOOST_CHECK_EQUAL(refusal([&] { device.setGain(tx, 1, 0.0); }),
                      "dlcomm_loopback: channel: found 1, expected 0");
    BOOST_CHECK_EQUAL(
        refusal([&] { device.writeSetting("delay", "-1"); }),
        "dlcomm_loopback: delay: found '-1', expected a number from 0 to 4096");
    BOOST_CHECK_NE(refusal([&] { device.readSensor("none"); }), "");
    BOOST_CHECK_NE(refusal([] {
                       loopback_device wrong(SoapySDR::Kwargs{ { "sead", "1" } });
                   }),
                   "");
}

BOOST_AUTO_TEST_CASE(wrong_arguments_leave_the_medium_as_it_is)
{
    loopback_device device(SoapySDR::Kwargs{ { "cfo", "0.125" } });
    BOOST_CHECK_NE(refusal([] {
                       loopback_device wrong({ { "cfo", "0.25" }, { "seed", "x" } });
                   }),
                   "");
    BOOST_CHECK_EQUAL(device.readSetting("cfo"), "0.125");
    loopback_device other(
        { { "label", "any" }, { "remote:mtu", "1" }, { "soapy_remote_no_deeper", "" } });
    BOOST_CHECK_EQUAL(other.readSetting("cfo"), "0.125");
    BOOST_CHECK_EQUAL(device.getSettingInfo().size(), 12u);
    for (const auto& info : device.getSettingInfo())
        BOOST_CHECK_NO_THROW(device.writeSetting(info.key, device.readSetting(info.key)));
}

BOOST_AUTO_TEST_CASE(rates_must_agree)
{
    const log_lines log;
    loopback_device source{ SoapySDR::Kwargs() }, sink{ SoapySDR::Kwargs() };
    SoapySDR::Stream* in = source.setupStream(rx, SOAPY_SDR_CF32, {}, {});
    SoapySDR::Stream* out = sink.setupStream(tx, SOAPY_SDR_CF32, {}, {});
    source.setSampleRate(rx, 0, 2e6);
    source.activateStream(in, 0, 0, 0);
    BOOST_CHECK_EQUAL(sink.activateStream(out, 0, 0, 0), SOAPY_SDR_STREAM_ERROR);
    BOOST_CHECK_EQUAL(log.last(),
                      "dlcomm_loopback: sample rate: found 1e+06, expected 2e+06 as the "
                      "other active streams of medium 'default' have");
    const samples data(10);
    const void* buffers[] = { data.data() };
    int flags = 0;
    BOOST_CHECK_EQUAL(sink.writeStream(out, buffers, 10, flags, 0, at_once),
                      SOAPY_SDR_STREAM_ERROR);
    BOOST_CHECK_EQUAL(
        refusal([&] { source.setSampleRate(rx, 0, 1e6); }),
        "dlcomm_loopback: sample rate: found 1e+06, expected 2e+06 while the "
        "stream is active");
    sink.setSampleRate(tx, 0, 2e6);
    BOOST_CHECK_EQUAL(sink.activateStream(out, 0, 0, 0), 0);
    BOOST_CHECK_EQUAL(sink.writeStream(out, buffers, 10, flags, 0, at_once), 10);
    BOOST_CHECK_EQUAL(sink.deactivateStream(out, 0, 0), 0);
    BOOST_CHECK_EQUAL(source.deactivateStream(in, 0, 0), 0);
    source.setSampleRate(rx, 0, 1e6);
    BOOST_CHECK_EQUAL(source.getSampleRate(rx, 0), 1e6);
}

BOOST_AUTO_TEST_CASE(a_second_transmitter_is_refused)
{
    const log_lines log;
    open_device open;
    loopback_device second{ SoapySDR::Kwargs() };
    SoapySDR::Stream* out = second.setupStream(tx, SOAPY_SDR_CF32, {}, {});
    BOOST_CHECK_EQUAL(second.activateStream(out, 0, 0, 0), SOAPY_SDR_STREAM_ERROR);
    BOOST_CHECK_EQUAL(
        log.last(),
        "dlcomm_loopback: medium 'default' is busy: it has a transmitter, expected none");
    second.setFrequency(tx, 0, 1e6); // that of the other one stays
    open.device.closeStream(open.out);
    BOOST_CHECK_EQUAL(second.activateStream(out, 0, 0, 0), 0);
}

BOOST_AUTO_TEST_CASE(a_device_can_be_made_to_fail)
{
    open_device open(SoapySDR::Kwargs{ { "pace", "0" }, { "fail_after", "150" } });
    samples data(100);
    BOOST_CHECK_EQUAL(open.write(data, 100), 100);
    BOOST_CHECK_EQUAL(open.write(data, 100), 50);
    BOOST_CHECK_EQUAL(open.write(data, 100), SOAPY_SDR_STREAM_ERROR);
    BOOST_CHECK_EQUAL(open.read(data, 100), 100);
    BOOST_CHECK_EQUAL(open.read(data, 100), 50);
    BOOST_CHECK_EQUAL(open.read(data, 100), SOAPY_SDR_STREAM_ERROR);
    open.device.writeSetting("fail_after", "none");
    BOOST_CHECK_EQUAL(open.write(data, 100), 100);
}

BOOST_AUTO_TEST_CASE(an_inactive_stream_has_no_samples_and_unknown_flags_are_errors)
{
    open_device open;
    samples data(10);
    BOOST_CHECK_EQUAL(open.write(data, 10, SOAPY_SDR_HAS_TIME), SOAPY_SDR_NOT_SUPPORTED);
    open.device.deactivateStream(open.out, 0, 0);
    open.device.deactivateStream(open.in, 0, 0);
    BOOST_CHECK_EQUAL(open.write(data, 10), SOAPY_SDR_TIMEOUT);
    BOOST_CHECK_EQUAL(open.read(data, 10), SOAPY_SDR_TIMEOUT);
    std::swap(open.in, open.out);
    BOOST_CHECK_EQUAL(open.write(data, 10), SOAPY_SDR_NOT_SUPPORTED);
    BOOST_CHECK_EQUAL(open.read(data, 10), SOAPY_SDR_NOT_SUPPORTED);
    std::swap(open.in, open.out);
    BOOST_CHECK_EQUAL(open.device.activateStream(open.in, SOAPY_SDR_HAS_TIME, 5, 0),
                      SOAPY_SDR_NOT_SUPPORTED);
}

BOOST_AUTO_TEST_CASE(what_is_late_is_reported_and_counted)
{
    using namespace std::chrono_literals;
    open_device open(SoapySDR::Kwargs{ { "buffer", "16384" } });
    samples data(100);
    size_t mask = 0;
    int flags = 0;
    long long time = 0;
    BOOST_CHECK_EQUAL(open.device.readStreamStatus(open.in, mask, flags, time, at_once),
                      SOAPY_SDR_NOT_SUPPORTED);
    BOOST_CHECK_EQUAL(open.device.readStreamStatus(open.out, mask, flags, time, at_once),
                      SOAPY_SDR_TIMEOUT);
    BOOST_CHECK_EQUAL(open.write(data, 100), 100);
    BOOST_CHECK_EQUAL(open.device.readStreamStatus(open.out, mask, flags, time, 60000000),
                      SOAPY_SDR_UNDERFLOW);
    BOOST_CHECK_EQUAL(mask, 1u);
    BOOST_CHECK_EQUAL(open.device.readSensor("underflows"), "1");
    std::this_thread::sleep_for(12ms); // the buffer's half is 8.2 ms
    BOOST_CHECK_EQUAL(open.read(data, 100), SOAPY_SDR_OVERFLOW);
    BOOST_CHECK_EQUAL(open.device.readSensor("overflows"), "1");
    open.device.closeStream(open.in);
    BOOST_CHECK_EQUAL(open.device.readSensor("overflows"), "1");
    BOOST_CHECK_EQUAL(open.device.readSensor("transmitted"), "100");
    BOOST_CHECK(open.device.hasHardwareTime(""));
    BOOST_CHECK_GT(open.device.getHardwareTime(""), 12000000);
}
