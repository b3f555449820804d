/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/model_store.h"
#include "engine/qa_model_writer.h"

#include <stdlib.h>
#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::engine;

namespace {

struct fixture {
    fixture()
    {
        setenv("DLCOMM_MODEL_PATH", (first() + "::" + second()).c_str(), 1);
        folder.write("first/a/encoder.onnx", "1");
        folder.write("second/a/encoder.onnx", "2");
        folder.write("second/b/decoder.onnx", "3");
    }
    ~fixture() { unsetenv("DLCOMM_MODEL_PATH"); }

    std::string first() const { return folder.path() / "first"; }
    std::string second() const { return folder.path() / "second"; }

    qa::scratch_folder folder;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(model_files, fixture)

BOOST_AUTO_TEST_CASE(folders_of_the_variable_come_first)
{
    const auto folders = model_path();
    BOOST_REQUIRE_EQUAL(folders.size(), 3u);
    BOOST_CHECK_EQUAL(folders[0], first());
    BOOST_CHECK_EQUAL(folders[1], second());
    unsetenv("DLCOMM_MODEL_PATH");
    BOOST_CHECK_EQUAL(model_path().size(), 1u);
}

BOOST_AUTO_TEST_CASE(names_folders_and_files_are_found)
{
    BOOST_CHECK_EQUAL(model_file("a", "encoder"), first() + "/a/encoder.onnx");
    BOOST_CHECK_EQUAL(model_file("b", "decoder"), second() + "/b/decoder.onnx");
    BOOST_CHECK_EQUAL(model_file(second() + "/a", "encoder"),
                      second() + "/a/encoder.onnx");
    const std::string file = second() + "/b/decoder.onnx";
    BOOST_CHECK_EQUAL(model_file(file, "encoder"), file); // its role is checked later
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_named)
{
    const auto refused = [](const std::string& model, const std::string& part) {
        const std::string text = qa::error_of([&] { model_file(model, "encoder"); });
        BOOST_CHECK_EQUAL(text.substr(0, part.size()), part);
    };
    refused("b",
            "model 'b': no shipped encoder of this name in " + first() + ", " + second());
    refused("", "model '': expected a model's name, folder or file");
    refused(second() + "/b",
            "model '" + second() + "/b': the folder holds no encoder.onnx");
    refused("no/such", "model 'no/such': no such file");
    refused("such.onnx", "model 'such.onnx': no such file");
}

BOOST_AUTO_TEST_SUITE_END()
