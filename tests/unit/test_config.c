/* SPDX-License-Identifier: Apache-2.0 */
/* Options of the fake board (fakedev/config.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/config.h"

static struct fakedev_config defaults(void)
{
	struct fakedev_config config;

	fakedev_config_default(&config);
	return config;
}

static void assert_refused(const char *text, const char *message)
{
	struct fakedev_config config = defaults();
	struct err err = { 0 };

	assert_int_equal(fakedev_config_parse(&config, text, &err), STATUS_USAGE);
	if (strstr(err.message, message) == NULL)
		fail_msg("'%s': '%s'", text, err.message);
}

static struct fakedev_config parsed(const char *text)
{
	struct fakedev_config config = defaults();
	struct err err = { 0 };

	if (fakedev_config_parse(&config, text, &err) != STATUS_OK)
		fail_msg("'%s': %s", text, err.message);
	return config;
}

static void default_is_a_zephyr_build_on_an_nrf52840(void **state)
{
	struct fakedev_config config = defaults();

	(void)state;
	assert_int_equal(config.buf_size, 384);
	assert_int_equal(config.buf_count, 4);
	assert_int_equal(config.line_length, 128);
	assert_int_equal(config.line_buffers, 2);
	assert_int_equal(config.fifo_size, 6);
	assert_false(config.stalls);
	assert_int_equal(config.slot_size, 472 * 1024);
	assert_int_equal(config.images, 1);
	assert_int_equal(config.smp_version, 2);
	assert_true(config.has_params);
	assert_true(config.has_slot_info);
	assert_int_equal(config.fault_count, 0);
}

static void every_option_lands_in_its_field(void **state)
{
	struct fakedev_config config = parsed("mode=recovery,images=2,slot-size=64K,bootloader="
					      "direct-xip,key=k.pem,factory=f.bin,state=s/t,"
					      "buf-size=1K,buf-count=6,line-length=256");

	(void)state;
	assert_int_equal(config.mode, FAKEDEV_RECOVERY);
	assert_int_equal(config.images, 2);
	assert_int_equal(config.slot_size, 65536);
	assert_int_equal(config.bootloader, FAKEDEV_DIRECT_XIP);
	assert_string_equal(config.key_path, "k.pem");
	assert_string_equal(config.factory_path, "f.bin");
	assert_string_equal(config.state_path, "s/t");
	assert_int_equal(config.buf_size, 1024);
	assert_int_equal(config.buf_count, 6);
	assert_int_equal(config.line_length, 256);
	assert_int_equal(config.framing, FAKEDEV_CONSOLE);
	assert_int_equal(parsed("framing=raw").framing, FAKEDEV_RAW);
	assert_true(parsed("framing=raw").has_input_timeout);
	assert_false(parsed("no-input-timeout").has_input_timeout);
	config =
		parsed("baud=115200,flash=nrf5340,write-block=4,smp-version=1,seed=9,slot-size=1M");
	assert_int_equal(config.baud, 115200);
	assert_int_equal(config.flash, FAKEDEV_FLASH_NRF5340);
	assert_int_equal(config.write_block, 4);
	assert_int_equal(config.smp_version, 1);
	assert_int_equal(config.seed, 9);
	assert_int_equal(config.slot_size, 1024 * 1024);
	config = parsed("line-buffers=8,fifo=0,flash=qspi");
	assert_int_equal(config.line_buffers, 8);
	assert_int_equal(config.fifo_size, 0);
	assert_int_equal(config.flash, FAKEDEV_FLASH_QSPI);
	assert_int_equal(parsed("flash=nrf54l15").flash, FAKEDEV_FLASH_NRF54L15);
	assert_int_equal(parsed("bootloader=single").bootloader, FAKEDEV_SINGLE);
	config = parsed("start=recovery,second=n.bin,wait-for-dfu=500,boot-time=3000,"
			"bootloader=direct-xip-revert");
	assert_int_equal(config.start, FAKEDEV_START_RECOVERY);
	assert_string_equal(config.second_path, "n.bin");
	assert_int_equal(config.wait_for_dfu_ms, 500);
	assert_int_equal(config.boot_time_ms, 3000);
	assert_int_equal(config.bootloader, FAKEDEV_DIRECT_XIP_REVERT);
}

static void several_things_can_be_lacking(void **state)
{
	(void)state;
	assert_int_equal(defaults().lacks, 0);
	assert_int_equal(parsed("lacks=taskstat").lacks, FAKEDEV_TASKSTAT);
	assert_int_equal(parsed("lacks=basic+shell+mpstat").lacks,
		FAKEDEV_BASIC | FAKEDEV_SHELL | FAKEDEV_MPSTAT);
	assert_int_equal(parsed("lacks=datetime+stat+settings+fs+enum").lacks,
		FAKEDEV_DATETIME | FAKEDEV_STAT | FAKEDEV_SETTINGS | FAKEDEV_FS | FAKEDEV_ENUM);
	assert_refused("lacks=image", "lacks: 'image' is none of taskstat|mpstat|");
	assert_refused("lacks=shell+", "lacks: '' is none of");
	assert_refused("lacks=sh+enum", "lacks: 'sh' is none of");
	assert_refused("lacks=", "lacks: '' is none of");
	assert_refused("lacks", "lacks needs a value");
}

static void switches_turn_things_on_or_off(void **state)
{
	struct fakedev_config config =
		parsed("text-noise,no-params,no-slot-info,image-check,frugal,"
		       "legacy-rc,v2-only,erase-progressively,stall,no-boot-mode,adapter,"
		       "hides-network-core");

	(void)state;
	assert_true(config.text_noise);
	assert_false(config.has_params);
	assert_false(config.has_slot_info);
	assert_true(config.has_image_check);
	assert_true(config.is_frugal);
	assert_true(config.has_legacy_rc);
	assert_true(config.is_v2_only);
	assert_true(config.erases_progressively);
	assert_true(config.stalls);
	assert_false(config.has_boot_mode);
	assert_true(config.has_adapter);
	assert_true(config.hides_network_core);
}

static void faults_add_up(void **state)
{
	struct fakedev_config config = parsed("fault=silent@2,fault=error=1:9@4-5");

	(void)state;
	assert_int_equal(config.fault_count, 2);
	assert_null(fakedev_config_fault(&config, FAULT_SILENT, 1));
	assert_ptr_equal(fakedev_config_fault(&config, FAULT_SILENT, 2), &config.faults[0]);
	assert_null(fakedev_config_fault(&config, FAULT_SILENT, 3));
	assert_ptr_equal(fakedev_config_fault(&config, FAULT_ERROR, 5), &config.faults[1]);
	assert_null(fakedev_config_fault(&config, FAULT_ERROR, 6));
}

static void too_many_faults_are_refused(void **state)
{
	struct fakedev_config config = defaults();
	struct err err = { 0 };

	(void)state;
	for (int i = 0; i < FAKEDEV_FAULTS_MAX; i++)
		assert_int_equal(fakedev_config_set(&config, "fault", "silent", &err), STATUS_OK);
	assert_int_equal(fakedev_config_set(&config, "fault", "silent", &err), STATUS_USAGE);
}

static void values_out_of_range_are_refused(void **state)
{
	(void)state;
	assert_refused("images=0", "from 1 to 4");
	assert_refused("images=5", "from 1 to 4");
	assert_refused("buf-count=1", "from 2");
	assert_refused("buf-size=63", "no size");
	assert_refused("buf-size=5000000000", "no size");
	assert_refused("slot-size=K", "no size");
	assert_refused("slot-size=", "no size");
	assert_refused("slot-size=1G", "no size");
	assert_refused("slot-size=33000", "no multiple of the page (4096)");
	assert_refused("smp-version=3", "from 1 to 2");
	assert_refused("write-block=0", "from 1 to 32");
	assert_refused("mode=dfu", "none of app|recovery");
	assert_refused("flash=stm32", "none of nrf52840|nrf5340|nrf54l15|qspi|instant");
	assert_refused("line-buffers=0", "from 1 to 64");
	assert_refused("fifo=4097", "from 0 to 4096");
	assert_refused("key=", "empty");
	assert_refused("start=anywhere", "none of factory|uploaded|");
	assert_refused("wait-for-dfu=1h", "from 0 to 3600000");
}

static void values_where_none_belongs_and_the_reverse_are_refused(void **state)
{
	(void)state;
	assert_refused("frugal=yes", "takes no value");
	assert_refused("baud", "needs a value: N");
	assert_refused("frugal,", "behind the last comma");
}

static void unknown_options_are_refused_with_a_hint(void **state)
{
	struct fakedev_config config = defaults();
	struct err err = { 0 };

	(void)state;
	assert_refused("tcp=3000", "no option 'tcp'");
	assert_refused(",frugal", "no option ''");
	fakedev_config_set(&config, "bufsize", "3", &err);
	assert_string_equal(err.hint, "did you mean 'buf-size'?");
}

static void failed_setting_changes_nothing(void **state)
{
	struct fakedev_config config = defaults(), before = config;

	(void)state;
	assert_int_equal(fakedev_config_set(&config, "images", "9", ERR_IGNORED), STATUS_USAGE);
	assert_int_equal(
		fakedev_config_set(&config, "fault", "no-such", ERR_IGNORED), STATUS_USAGE);
	assert_memory_equal(&config, &before, sizeof(config));
}

static void every_option_has_a_help_text_and_is_known(void **state)
{
	size_t count;
	const struct fakedev_option *options = fakedev_options(&count);
	struct fakedev_config config = defaults();
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_true(strlen(options[i].help) > 5);
		if (options[i].argument == NULL)
			assert_int_equal(fakedev_config_set(&config, options[i].name, NULL, &err),
				STATUS_OK);
		else
			assert_int_equal(fakedev_config_set(&config, options[i].name, NULL, &err),
				STATUS_USAGE);
	}
}

static void default_in_a_help_text_is_the_default(void **state)
{
	size_t count, found = 0;
	const struct fakedev_option *options = fakedev_options(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct fakedev_config config = defaults(), before = config;
		const char *open = strrchr(options[i].help, '(');
		char value[32] = "";

		if (open == NULL || options[i].argument == NULL)
			continue;
		strncat(value, open + 1, strcspn(open + 1, ")"));
		assert_int_equal(fakedev_config_set(&config, options[i].name, value, ERR_IGNORED),
			STATUS_OK);
		assert_memory_equal(&config, &before, sizeof(config));
		found++;
	}
	assert_true(found >= 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_is_a_zephyr_build_on_an_nrf52840),
		cmocka_unit_test(every_option_lands_in_its_field),
		cmocka_unit_test(several_things_can_be_lacking),
		cmocka_unit_test(switches_turn_things_on_or_off),
		cmocka_unit_test(faults_add_up),
		cmocka_unit_test(too_many_faults_are_refused),
		cmocka_unit_test(values_out_of_range_are_refused),
		cmocka_unit_test(values_where_none_belongs_and_the_reverse_are_refused),
		cmocka_unit_test(unknown_options_are_refused_with_a_hint),
		cmocka_unit_test(failed_setting_changes_nothing),
		cmocka_unit_test(every_option_has_a_help_text_and_is_known),
		cmocka_unit_test(default_in_a_help_text_is_the_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
